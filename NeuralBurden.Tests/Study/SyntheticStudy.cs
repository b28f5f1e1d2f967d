using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Tests.Study;

/// <summary>A study whose truth is known: every figure is a function of the cell plus small noise of the seed.</summary>
internal sealed record SyntheticStudy
{
    public static readonly double[] Sparsities = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98];
    public static readonly string[] Methods = ["pdwp", "gmp", "rigl"];

    public int Seeds { get; init; } = 3;

    /// <summary>Accuracy by role, method, sparsity and merge.</summary>
    public Func<StudyRole, string, double, string, double> Accuracy { get; init; } =
        (_, _, s, _) => 0.95 - (s > 0.85 ? 0.05 * (s - 0.85) / 0.13 * 3 : 0);

    /// <summary>ln U over the dense network.</summary>
    public Func<StudyRole, string, double, string, double> LogU { get; init; } = (_, _, _, _) => 0;

    /// <summary>ln K over the dense network.</summary>
    public Func<StudyRole, string, double, string, double> LogK { get; init; } = (_, _, _, _) => 0;

    public Func<StudyRole, string, double, string, double> Error { get; init; } = (_, _, _, _) => 0.1;

    public Func<double, double> BestError { get; init; } = _ => 0.01;

    /// <summary>Lambda at t+ and after recovery; null where it is not measured.</summary>
    public (double After, double Recovered)? Compensation { get; init; }

    /// <summary>B, by run; its own noise is drawn from the seed.</summary>
    public Func<string, double, int, double> Burden { get; init; } = (_, s, _) => s;

    /// <summary>Gap of T8 by sparsity; null where nothing was silenced.</summary>
    public Func<double, double>? Gap { get; init; }

    public double ReturnRate { get; init; } = 0.02;

    /// <summary>Standard deviation of accuracy between seeds.</summary>
    public double Noise { get; init; } = 0.001;

    public bool WithSmallDense { get; init; } = true;

    public StudyData Data()
    {
        var runs = new List<StudyRun>();
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Add(StudyRole.Dense, "dense", 0);
            foreach (string method in Methods)
            {
                foreach (double s in Sparsities) Add(StudyRole.Pruned, method, s);
                foreach (double s in Sparsities.Where(s => s >= 0.9)) Add(StudyRole.Merged, method, s, "single-pass");
                Add(StudyRole.MergeControl, method, 0.95, "random-pairs");
            }

            Add(StudyRole.Merged, "dense", 0, "single-pass");
            foreach (double s in Sparsities.Where(s => s >= 0.8))
            {
                if (WithSmallDense) Add(StudyRole.SmallDense, "dense", s);
                Add(StudyRole.Frozen, "static-random", s);
                Add(StudyRole.Frozen, "oneshot", s);
                Add(StudyRole.GammaZero, "pdwp", s);
            }

            void Add(StudyRole role, string method, double s, string merge = "none") =>
                runs.Add(Run(role, method, s, merge, seed, runs.Count));
        }

        return new StudyData
        {
            Format = StudyData.CurrentFormat,
            Name = "synthetic",
            Planned = runs.Count,
            Dataset = "glyphs",
            TrainImages = 1000,
            TestImages = 2000,
            Epochs = 4,
            Depth = 2,
            Config = "name: synthetic\n",
            MadeOn = ["a test"],
            Runs = runs,
        };
    }

    private StudyRun Run(StudyRole role, string method, double s, string merge, int seed, int index)
    {
        double noise = Draw(0);
        double accuracy = Accuracy(role, method, s, merge) + (Noise * 3.46 * noise);
        var layers = new List<StudyLayer>();
        for (int layer = 0; layer < 2; layer++)
        {
            if (Compensation is { } c && role == StudyRole.Pruned)
            {
                layers.Add(Layer(layer, 100, BurdenPhase.AfterMaskChange, ("rate_ratio.mean", c.After * Jitter(1))));
                layers.Add(Layer(layer, 200, BurdenPhase.Recovered, ("rate_ratio.mean", c.Recovered * Jitter(2))));
            }

            layers.Add(Layer(
                layer,
                400,
                BurdenPhase.EpochEnd,
                ("synapse_load.p50", 0.2 * (layer + 1) * Math.Exp(LogU(role, method, s, merge)) * Jitter(3)),
                ("contribution.p95", 1.5 * (layer + 1) * Math.Exp(LogK(role, method, s, merge)) * Jitter(4)),
                ("image_load.mean", merge == "none" ? 10 : 7),
                ("signal_error", Error(role, method, s, merge) * Jitter(5)),
                ("best_error", BestError(s) * Jitter(6)),
                ("relative_load.p50", 0.8),
                ("relative_load.p95", 2),
                ("relative_load.p99", 3),
                ("relative_load.max", 5),
                ("burden", Burden(method, s, seed))));
        }

        return new StudyRun
        {
            Role = role,
            Method = method,
            Sparsity = s,
            Merge = merge,
            R = merge == "none" ? "0" : "25%",
            Seed = seed,
            Id = $"{role}-{method}-{s}-{merge}-{seed}",
            Accuracy = accuracy,
            TestLoss = 1 - accuracy,
            TrainLoss = 1 - accuracy,
            ActualSparsity = role == StudyRole.SmallDense ? 0 : s,
            Params = 10_000,
            ParamsKept = 10_000 - (long)(9000 * s),
            Dim = 16,
            MlpDim = 32,
            MacsPerImageTheoretical = 1000,
            ReturnRate = role == StudyRole.Pruned && method == "pdwp" ? ReturnRate : null,
            WallSeconds = 1,
            TokensPerLayer = merge == "none" ? [50, 50] : [38, 38],
            Layers = layers,
            Silencing = Gap is null || role is not (StudyRole.Pruned or StudyRole.Dense)
                ? null
                : new SilencingRecord
                {
                    By = "contribution_ratio",
                    Share = 0.05,
                    Units = 4,
                    Accuracy = accuracy,
                    TopAccuracy = accuracy - 0.02 - Gap(s) - (0.001 * noise),
                    RandomAccuracies = [accuracy - 0.03, accuracy - 0.01],
                },
        };

        // Differs by run and measure, within half a percent.
        double Jitter(int measure) => 1 + (0.01 * Draw(measure));

        // Uniform in -0.5..0.5, a function of run and measure.
        double Draw(int measure) => Philox.Uniform((ulong)seed, 77, (uint)measure, (ulong)index) - 0.5;

        StudyLayer Layer(int layer, int step, BurdenPhase phase, params (string, double)[] values) => new(
            step / 100,
            step,
            phase,
            layer,
            BurdenReference.Shadow,
            merge == "none" ? 50 : 38,
            values.ToDictionary(v => v.Item1, v => v.Item2));
    }
}
