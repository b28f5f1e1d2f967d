using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Options;

/// <summary>Options that the subcommands of <c>nb bench</c> share.</summary>
internal sealed class BenchOptions
{
    private const int DefaultBatch = 128;
    private readonly Option<string> _device = new("--device")
    {
        Description = "Device to measure; 'nb devices' lists them.",
        HelpName = "D",
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<int[]> _threads = new("--threads")
    {
        Description = "Cores to use, one measurement for each number, as in --threads 1,2; all cores by default.",
        HelpName = "N,N",
        CustomParser = result => Numbers(result),
    };

    private readonly Option<int[]> _dims = new("--dims")
    {
        Description = "Widths of the model; multiples of its heads.",
        HelpName = "N,N",
        CustomParser = result => Numbers(result),
        DefaultValueFactory = _ => [64, 128, 192],
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Images in a batch.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultBatch,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Samples of each case; without it as many as --seconds allow.",
        HelpName = "N",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Time for the samples of all cases of one width, apart from checks and warm-up.",
        HelpName = "S",
    };

    private readonly Option<int> _warmUp = new("--warm-up")
    {
        Description = "Rounds before the first counted one.",
        HelpName = "N",
        DefaultValueFactory = _ => new MeasuringOptions().WarmUpRounds,
    };

    private readonly double _sampleSeconds;

    private int[]? _capped;

    /// <param name="seconds">Default of <c>--seconds</c>.</param>
    /// <param name="sampleSeconds">See <see cref="MeasuringOptions"/>.</param>
    public BenchOptions(double seconds, double sampleSeconds = 0)
    {
        _sampleSeconds = sampleSeconds;
        _seconds.DefaultValueFactory = _ => seconds;
        AtLeast(_batch, 1);
        AtLeast(_rounds, 0);
        AtLeast(_warmUp, 0);
        _seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double s)
                    || s is not (> 0 and < 1e6)))
            {
                result.AddError("--seconds: allowed: a number above 0");
            }
        });
    }

    public void AddTo(Command command, bool withDevice = true)
    {
        if (withDevice) command.Options.Add(_device);
        foreach (var option in new Option[] { _threads, _dims, _batch, _rounds, _seconds, _warmUp })
            command.Options.Add(option);
    }

    public string Device(ParseResult parsed) => parsed.GetValue(_device)!;

    /// <summary>One entry per measurement; 0 is all cores.</summary>
    public int[] Threads(ParseResult parsed) => _capped ??= parsed.GetValue(_threads) is { Length: > 0 } threads
        ? [.. threads.Select(n => ThreadLimit.Cap(n, parsed.InvocationConfiguration.Error)).Distinct()]
        : [0];

    public int[] Dims(ParseResult parsed) => parsed.GetValue(_dims)!;

    public int Batch(ParseResult parsed) => parsed.GetValue(_batch);

    public MeasuringOptions Measuring(ParseResult parsed) => new(
        parsed.GetValue(_rounds), parsed.GetValue(_seconds), parsed.GetValue(_warmUp), _sampleSeconds);

    private static void AtLeast(Option<int> option, int least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out int n) || n < least))
            result.AddError($"{option.Name}: allowed: a whole number, {least} or more");
    });

    private static int[]? Numbers(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (string part in result.Tokens[0].Value.Split(','))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0)
            {
                numbers.Add(n);
                continue;
            }

            result.AddError($"'{result.Tokens[0].Value}': allowed: whole numbers from 1 on, separated by commas");
            return null;
        }

        return [.. numbers.Distinct()];
    }
}
