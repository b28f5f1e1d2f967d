using System.CommandLine;
using System.CommandLine.Parsing;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Options;

/// <summary>Options that every command that trains takes.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string?> _device = new("--device")
    {
        Description = "Device to compute on; 'nb devices' lists them.",
        HelpName = "D",
    };

    private readonly Option<string?> _dataDir = DataDir();

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Data set to take instead of the config's; short for --set data.name=NAME.",
        HelpName = "NAME",
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Folder that the run folders go into.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "runs",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides a key of the config, as in --set model.dim=64; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string[]> _sweep = new("--sweep")
    {
        Description = "Runs every value of a key, as in --sweep seed=1,2,3; may be repeated.",
        HelpName = "KEY=A,B,C",
    };

    private readonly Option<string?> _seed = new("--seed")
    {
        Description = "Seed of the run.",
        HelpName = "N",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Cores to use; all by default. Results do not depend on it.",
        HelpName = "N",
    };

    private readonly Option<SparseMode> _sparse = new("--sparse")
    {
        Description = "Sparse kernels for pruned weights: auto (where measured to be faster), always or never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => SparseMode.Auto,
        CustomParser = result => ParseSparse(result),
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Checks masks and weights after every step.",
    };

    private readonly Option<string?> _skipNonfinite = new("--skip-nonfinite")
    {
        Description = "Steps with a non-finite gradient to leave out before training stops; 0 by default.",
        HelpName = "N",
    };

    private int? _capped;

    public CommonOptions() => _threads.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out int n) || n < 1))
            result.AddError($"--threads {result.Tokens[0].Value}: allowed: a whole number, 1 or more");
    });

    /// <summary>The option <c>--data-dir</c>, for a command that takes no other of these.</summary>
    public static Option<string?> DataDir() => new("--data-dir")
    {
        Description = "Folder of the data sets; else NB_DATA, else the user's cache folder.",
        HelpName = "DIR",
    };

    /// <summary>Adds all options to a command that trains.</summary>
    public void AddTo(Command command, bool withSweep)
    {
        AddConfigTo(command);
        command.Options.Add(_out);
        command.Options.Add(_seed);
        command.Options.Add(_check);
        command.Options.Add(_skipNonfinite);
        if (withSweep)
            command.Options.Add(_sweep);
    }

    /// <summary>Adds what a command that only computes needs.</summary>
    public void AddConfigTo(Command command)
    {
        command.Options.Add(_device);
        command.Options.Add(_set);
        AddSurroundingsTo(command);
    }

    /// <summary>Adds what a command takes that computes what is decided already.</summary>
    public void AddSurroundingsTo(Command command)
    {
        command.Options.Add(_dataDir);
        command.Options.Add(_threads);
        command.Options.Add(_sparse);
    }

    /// <summary>Adds what a command takes that computes without a config and data sets.</summary>
    public void AddDeviceTo(Command command)
    {
        command.Options.Add(_device);
        command.Options.Add(_threads);
        command.Options.Add(_sparse);
    }

    public string? Device(ParseResult parsed) => parsed.GetValue(_device);

    /// <summary>Adds the data set for a command that judges.</summary>
    public void AddDataTo(Command command) => command.Options.Add(_data);

    /// <summary>Adds the folder that runs go into.</summary>
    public void AddOutTo(Command command) => command.Options.Add(_out);

    public string Out(ParseResult parsed) => parsed.GetValue(_out)!;

    public RunOptions Options(ParseResult parsed) => new()
    {
        DataDirectory = parsed.GetValue(_dataDir),
        Threads = Cap(parsed),
        Sparse = parsed.GetValue(_sparse),
    };

    // Said once, however often a command asks for its options.
    private int? Cap(ParseResult parsed) => parsed.GetValue(_threads) is { } asked
        ? _capped ??= ThreadLimit.Cap(asked, parsed.InvocationConfiguration.Error)
        : null;

    /// <summary>Completes a run, and looks at it as a whole, before anything is begun.</summary>
    public Func<RunConfig, RunConfig> Resolve(Shell shell, ParseResult parsed) => config =>
    {
        var resolved = shell.Engine.Resolve(config);
        shell.Engine.Check(resolved, Options(parsed));
        return resolved;
    };

    public ConfigOverrides Overrides(ParseResult parsed)
    {
        var settings = new List<ConfigSetting>();
        void Add(string option, string key, string? value)
        {
            if (value is not null)
                settings.Add(new ConfigSetting(key, value, new ConfigOrigin($"{option} {value}")));
        }

        Add("--device", "device", parsed.GetValue(_device));
        Add("--data", "data.name", parsed.GetValue(_data));
        Add("--seed", "seed", parsed.GetValue(_seed));
        Add("--check", "train.check", parsed.GetValue(_check) ? "true" : null);
        Add("--skip-nonfinite", "train.skip_nonfinite", parsed.GetValue(_skipNonfinite));
        return ConfigOverrides.Parse(parsed.GetValue(_set) ?? [], parsed.GetValue(_sweep) ?? [], settings);
    }

    private static SparseMode ParseSparse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        switch (text)
        {
            case "auto": return SparseMode.Auto;
            case "always": return SparseMode.Always;
            case "never": return SparseMode.Never;
            default:
                result.AddError($"--sparse {text}: allowed: auto, always, never");
                return SparseMode.Auto;
        }
    }
}
