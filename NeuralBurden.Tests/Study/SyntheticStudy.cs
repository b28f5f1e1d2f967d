using System.Globalization;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Tests.Study;

/// <summary>A study whose truth is known: figures of every arm by formula, noise by seed.</summary>
internal sealed class SyntheticStudy(params IReadOnlyList<int> seeds)
{
    private readonly List<StudyRun> _runs = [];

    /// <summary>Standard deviation over seeds of an accuracy, and of a logarithm of a load.</summary>
    public double Noise { get; init; } = 0.001;

    public double LoadNoise { get; init; } = 0.01;

    public int TestImages { get; init; } = 1000;

    public IReadOnlyList<StudyRun> Runs => _runs;

    public static IReadOnlyDictionary<string, string> SinglePass { get; } = Merge("single-pass");

    public static IReadOnlyDictionary<string, string> Merge(string kind, string r = "25%", int layer = 3) =>
        new Dictionary<string, string>
        {
            [StudyFactors.Merge] = kind,
            [StudyFactors.R] = r,
            [StudyFactors.Layer] = layer.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Adds an arm's runs, one a seed.</summary>
    /// <param name="values">Means of the measures at the end; those in logarithms get noise.</param>
    /// <param name="change">What a run of the arm has beyond; null leaves it as it is.</param>
    public SyntheticStudy Add(
        string method,
        double sparsity,
        double accuracy,
        IReadOnlyDictionary<string, double>? values = null,
        IReadOnlyDictionary<string, string>? merge = null,
        IReadOnlyDictionary<string, string>? departures = null,
        int epochs = 100,
        Func<StudyRun, MersenneTwister, StudyRun>? change = null)
    {
        foreach (var (place, seed) in seeds.Index())
        {
            var factors = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [StudyFactors.Method] = method,
                [StudyFactors.Sparsity] = sparsity.ToString("R", CultureInfo.InvariantCulture),
                [StudyFactors.Merge] = "none",
                [StudyFactors.Epochs] = epochs.ToString(CultureInfo.InvariantCulture),
            };
            foreach (var (key, text) in merge ?? new Dictionary<string, string>()) factors[key] = text;
            foreach (var (key, text) in departures ?? new Dictionary<string, string>()) factors[key] = text;
            string arm = string.Join(' ', factors.Select(f => $"{f.Key}={f.Value}"));
            var random = Random($"{arm} {seed}");
            // A seed is a good or a bad one for every arm: pairing takes that away.
            double luck = 0.01 * Scores("luck")[place], reached = accuracy + luck + (Noise * Scores(arm)[place]);
            var measured = (values ?? new Dictionary<string, double>()).ToDictionary(
                v => v.Key,
                v => v.Key.Contains("log_", StringComparison.Ordinal)
                    ? v.Value + (LoadNoise * Scores(arm + v.Key)[place])
                    : v.Value);
            var run = new StudyRun
            {
                Id = $"run{_runs.Count}",
                Hash = $"{_runs.Count:x8}",
                Seed = seed,
                Factors = factors,
                Rows = ["row"],
                Twin = method == StudyGrid.Dense && merge is null && departures is null ? $"run{_runs.Count}" : "twin",
                Accuracy = reached,
                TestLoss = 0.2,
                TrainLoss = 0.1,
                ActualSparsity = sparsity,
                Params = 200_000,
                ParamsKept = (long)(200_000 * (1 - sparsity)),
                MacsPerImage = 1_000_000,
                WallSeconds = 60,
                Loads = [Record(100 * epochs, 1, reached, DenseAccuracy + luck, measured)],
            };
            _runs.Add(change?.Invoke(run, random) ?? run);
        }

        return this;
    }

    // Noise of mean 0 and deviation 1 exactly, so that a study's means are the truth and no test hangs on a draw.
    private double[] Scores(string name)
    {
        var random = Random(name);
        double[] draws = [.. seeds.Select(_ => Normal.Sample(random, 0, 1))];
        double mean = draws.Average(), spread = Math.Sqrt(draws.Sum(d => (d - mean) * (d - mean)) / (draws.Length - 1));
        return [.. draws.Select(d => (d - mean) / spread)];
    }

    private static MersenneTwister Random(string name) =>
        new(name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)), threadSafe: false);

    /// <summary>What twins reach.</summary>
    public double DenseAccuracy { get; init; } = 0.97;

    public static LoadRecord Record(
        int step, double share, double accuracy, double twin, IReadOnlyDictionary<string, double> values) => new()
        {
            Step = step,
            Share = share,
            Accuracy = accuracy,
            Loss = 0.2,
            TwinAccuracy = twin,
            ShotAccuracy = 0.3,
            OutputKl = 0.05,
            Blocks = [.. Enumerable.Range(0, 4).Select(b => new BlockLoads
            {
                Block = b,
                Site = BlockLoads.Mlp,
                Tokens = 17,
                Units = 256,
                Alive = 80,
                Values = values.ToDictionary(v => v.Key, v => v.Value + (0.02 * b)),
            })],
            Values = values,
        };

    public static SilencingRecord Silencing(double accuracy, double gap) => new()
    {
        By = "kappa",
        Share = 0.05,
        Units = 40,
        Accuracy = accuracy,
        TopAccuracy = accuracy - 0.02 - gap,
        RandomAccuracies = [accuracy - 0.02, accuracy - 0.03, accuracy - 0.01],
    };

    public static IReadOnlyDictionary<string, double> Loads(double kTwin, double kShot = 1, double alive = 0.3) =>
        new Dictionary<string, double>
        {
            [LoadMeasures.LogKTwin] = kTwin,
            [LoadMeasures.LogKShot] = kShot,
            [LoadMeasures.LogUShot] = 0.2,
            [LoadMeasures.AliveShare] = alive,
            [LoadMeasures.EpsTwin] = 0.1,
            [LoadMeasures.Cost] = 1.2,
            [LoadMeasures.ImageLoad] = 3,
        };

    public StudyData Data(StudyFocus? focus = null, StudyPlan? plan = null) => new()
    {
        Version = StudyData.CurrentVersion,
        Name = "synthetic",
        Planned = _runs.Count,
        Dataset = "mnist",
        TrainImages = 4000,
        TestImages = TestImages,
        Depth = 4,
        Config = "name: synthetic\n",
        Focus = focus,
        Plan = plan,
        MadeOn = ["cpu, 1 thread a run"],
        Runs = _runs,
    };

    public static StudyFocus Focus(IReadOnlyList<int> seeds, params IReadOnlyList<string> tests) => new()
    {
        Method = "pdwp",
        Sparsity = 0.98,
        Epochs = 100,
        Merge = SinglePass,
        Plain = "gmp",
        Tests = tests,
        Seeds = seeds,
    };
}
