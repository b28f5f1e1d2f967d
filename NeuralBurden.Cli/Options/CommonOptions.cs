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
    private readonly Option<string?> _device = CliOption.Of<string?>(
        "--device", "D", "Device to compute on; 'nb devices' lists them.");

    private readonly Option<string?> _dataDir = DataDir();

    private readonly Option<string?> _data = CliOption.Of<string?>(
        "--data", "NAME", "Data set to take instead of the config's; short for --set data.name=NAME.");

    private readonly Option<string> _out = CliOption.Of<string>("--out", "DIR", "Folder that the run folders go into.", "runs");

    private readonly Option<string[]> _set = CliOption.Of<string[]>(
        "--set", "KEY=VALUE", "Overrides a key of the config, as in --set model.dim=64; may be repeated.");

    private readonly Option<string[]> _sweep = CliOption.Of<string[]>(
        "--sweep", "KEY=A,B,C", "Runs every value of a key, as in --sweep seed=1,2,3; may be repeated.");

    private readonly Option<string?> _seed = CliOption.Of<string?>("--seed", "N", "Seed of the run.");

    private readonly Option<int?> _threads = CliOption.Of<int?>(
        "--threads", "N", "Cores to use; all by default. Results do not depend on it.").Whole(1);

    private readonly Option<SparseMode> _sparse = new("--sparse")
    {
        Description = "Sparse kernels for pruned weights: auto (where measured to be faster), always or never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => SparseMode.Auto,
        CustomParser = result => ParseSparse(result),
    };

    private readonly Option<bool> _check = new("--check") { Description = "Checks masks and weights after every step." };

    private readonly Option<string?> _skipNonfinite = CliOption.Of<string?>(
        "--skip-nonfinite", "N", "Steps with a non-finite gradient to leave out before training stops; 0 by default.");

    private int? _capped;

    /// <summary>The option <c>--data-dir</c>, for a command that takes no other of these.</summary>
    public static Option<string?> DataDir() =>
        CliOption.Of<string?>("--data-dir", "DIR", "Folder of the data sets; else NB_DATA, else the user's cache folder.");

    /// <summary>Adds all options to a command that trains.</summary>
    public void AddTo(Command command, bool withSweep)
    {
        AddConfigTo(command);
        command.Takes(_out, _seed, _check, _skipNonfinite);
        if (withSweep) command.Options.Add(_sweep);
    }

    /// <summary>Adds what a command that only computes needs.</summary>
    public void AddConfigTo(Command command)
    {
        command.Takes(_device, _set);
        AddSurroundingsTo(command);
    }

    /// <summary>Adds what a command takes that computes what is decided already.</summary>
    public void AddSurroundingsTo(Command command) => command.Takes(_dataDir, _threads, _sparse);

    /// <summary>Adds what a command takes that computes without a config and data sets.</summary>
    public void AddDeviceTo(Command command) => command.Takes(_device, _threads, _sparse);

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
