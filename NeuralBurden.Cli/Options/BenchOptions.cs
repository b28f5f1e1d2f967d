using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Cli.Options;

/// <summary>Options that the subcommands of <c>nb bench</c> share.</summary>
internal sealed class BenchOptions
{
    private const int DefaultBatch = 128;
    private readonly Option<string> _device = CliOption.Of<string>(
        "--device", "D", "Device to measure; 'nb devices' lists them.", "cpu");

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

    private readonly Option<int> _batch = CliOption.Of<int>("--batch", "N", "Images in a batch.", DefaultBatch).Whole(1);

    private readonly Option<int> _rounds = CliOption.Of<int>(
        "--rounds", "N", "Samples of each case; without it as many as --seconds allow.").Whole(0);

    private readonly Option<double> _seconds = CliOption.Of<double>(
        "--seconds", "S", "Time for the samples of all cases of one width, apart from checks and warm-up.")
        .Require(
            text => double.TryParse(text, CultureInfo.InvariantCulture, out double s) && s is > 0 and < 1e6, "a number above 0");

    private readonly Option<int> _warmUp = CliOption.Of<int>(
        "--warm-up", "N", "Rounds before the first counted one.", new MeasuringOptions().WarmUpRounds).Whole(0);

    private readonly double _sampleSeconds;

    private int[]? _capped;

    /// <param name="seconds">Default of <c>--seconds</c>.</param>
    /// <param name="sampleSeconds">See <see cref="MeasuringOptions"/>.</param>
    public BenchOptions(double seconds, double sampleSeconds = 0)
    {
        _sampleSeconds = sampleSeconds;
        _seconds.DefaultValueFactory = _ => seconds;
    }

    public void AddTo(Command command, bool withDevice = true)
    {
        if (withDevice) command.Options.Add(_device);
        command.Takes(_threads, _dims, _batch, _rounds, _seconds, _warmUp);
    }

    public string Device(ParseResult parsed) => parsed.GetValue(_device)!;

    /// <summary>One entry per measurement; 0 is all cores.</summary>
    public int[] Threads(ParseResult parsed) => _capped ??= parsed.GetValue(_threads) is { Length: > 0 } threads
        ? [.. threads.Select(n => ThreadLimit.Cap(n, parsed.InvocationConfiguration.Error)).Distinct()]
        : [0];

    /// <summary>Measures with each number of threads, on a device opened for it.</summary>
    /// <exception cref="UserException">The device does not have the precision.</exception>
    public void OnEachDevice(
        Shell shell,
        bool quiet,
        ParseResult parsed,
        Action<Device, Action<string>> measure,
        ProductPrecision precision = ProductPrecision.Float32) =>
        BenchProgress.Show(shell, quiet, report =>
        {
            foreach (int threads in Threads(parsed))
            {
                using var device = DeviceCatalog.Open(Device(parsed), new DeviceOptions(threads, precision));
                if (device.Precision != precision)
                {
                    throw new UserException(
                        $"--precision {precision.Name()}: {device.Info.Id} multiplies in {device.Precision.Name()}");
                }

                measure(device, report);
            }
        });

    public int[] Dims(ParseResult parsed) => parsed.GetValue(_dims)!;

    public int Batch(ParseResult parsed) => parsed.GetValue(_batch);

    public MeasuringOptions Measuring(ParseResult parsed) => new(
        parsed.GetValue(_rounds), parsed.GetValue(_seconds), parsed.GetValue(_warmUp), _sampleSeconds);

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
