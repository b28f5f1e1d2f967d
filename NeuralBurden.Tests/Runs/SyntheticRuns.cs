using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Runs;

/// <summary>Runs with made-up but plausible figures, the same on every call.</summary>
internal static class SyntheticRuns
{
    public static RunConfig Config(string variant, string method, string merge, double sparsity, int seed) =>
        RunConfig.Default with
        {
            Name = $"first-{variant}",
            Seed = seed,
            Tokens = new TokensConfig { Merge = merge },
            Pruning = new PruningConfig { Method = method, Sparsity = sparsity },
        };

    /// <summary>Four variants at one sparsity with three seeds each.</summary>
    public static List<StoredRun> First(int seeds = 3) =>
    [
        .. Seeds(seeds, seed => Run(Config("dense", "dense", "none", 0.9, seed), 0.972, 0)),
        .. Seeds(seeds, seed => Run(Config("gmp", "gmp", "none", 0.9, seed), 0.951, 0.9)),
        .. Seeds(seeds, seed => Run(Config("pdwp", "pdwp", "none", 0.9, seed), 0.963, 0.9)),
        .. Seeds(seeds, seed => Run(Config("pdwp+merge", "pdwp", "single-pass", 0.9, seed), 0.958, 0.9)),
    ];

    /// <summary>Dense, and two methods with and without merging over a grid of sparsities.</summary>
    public static List<StoredRun> Study(int seeds = 5)
    {
        var dense = Seeds(seeds, s => Run(Config("dense", "dense", "none", 0.9, s), 0.972, 0));
        List<StoredRun> runs = [.. dense];
        foreach (string method in (string[])["gmp", "pdwp"])
        {
            foreach (string merge in (string[])["none", "single-pass"])
            {
                foreach (double sparsity in (double[])[0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99])
                {
                    double loss = (method == "gmp" ? 0.0025 : 0.0015) / Math.Pow(1 - sparsity, 0.8);
                    double accuracy = 0.972 - loss + (merge == "none" ? 0 : (0.4 * loss) - 0.006);
                    string variant = merge == "none" ? $"{method}-{sparsity}" : $"{method}+merge-{sparsity}";
                    runs.AddRange(Seeds(
                        seeds, s => Run(Config(variant, method, merge, sparsity, s), accuracy, sparsity)));
                }
            }
        }

        return runs;
    }

    public static RunResult Result(RunConfig config, double accuracy, double sparsity)
    {
        double macs = config.Tokens.Merges ? 4.4e6 : 7.8e6;
        string[] kinds = ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"];
        return new RunResult
        {
            Name = config.Name,
            ConfigHash = ConfigText.Hash(config),
            Seed = config.Seed,
            Device = "cpu",
            Dataset = config.Data.Name,
            Method = config.Pruning.Method,
            Merge = config.Tokens.Merge,
            Epochs = config.Train.Epochs,
            Params = 139_000,
            ParamsKept = (long)(139_000 - (131_000 * sparsity)),
            Sparsity = sparsity,
            TargetSparsity = sparsity,
            TestAccuracy = accuracy,
            TestLoss = 0.1 + (1 - accuracy),
            TrainImagesPerSecond = config.Tokens.Merges ? 6100 : 4200,
            EvalImagesPerSecond = config.Tokens.Merges ? 19_000 : 13_000,
            MacsPerImageTheoretical = (long)(macs * (1 - (0.9 * sparsity))),
            MacsPerImageExecuted = (long)macs,
            StoredBytes = 560_000,
            Burden = sparsity == 0 ? 0 : 0.35 + (0.01 * config.Seed) - (config.Tokens.Merges ? 0.08 : 0),
            WallSeconds = 31.4,
            Simulated = sparsity > 0,
            Matrices =
            [
                .. Enumerable.Range(0, 16).Select(i => new MatrixSparsity(
                    $"blocks.{i / 4}.{kinds[i % 4]}.weight",
                    i / 4,
                    8192,
                    8192 - (long)(8192 * sparsity * (1 - (0.08 * ((i * 7 % 5) / 5.0)))))),
            ],
            TokensPerLayer = config.Tokens.Merges ? [38, 38, 38, 38] : [50, 50, 50, 50],
        };
    }

    /// <summary>Accuracy rises to its end, sparsity and burden follow the cubic schedule.</summary>
    public static StoredRun Run(RunConfig config, double accuracy, double sparsity)
    {
        double jitter = 0.0012 * Math.Sin((config.Seed * 12.9898) + accuracy);
        var epochs = new List<EpochRecord>();
        var burden = new List<BurdenRecord>();
        for (int epoch = 1; epoch <= config.Train.Epochs; epoch++)
        {
            double time = Math.Min(1, epoch / (0.6 * config.Train.Epochs));
            double now = sparsity * (1 - Math.Pow(1 - time, 3));
            double learned = 1 - Math.Exp(-0.7 * epoch);
            epochs.Add(new EpochRecord
            {
                Epoch = epoch,
                Step = epoch * 100,
                Lr = 1e-3,
                TrainLoss = 2.3 - (2.1 * learned) + jitter + (0.1 * now),
                TrainAccuracy = accuracy * learned,
                TestLoss = 2.3 - (2.1 * learned) - jitter,
                TestAccuracy = ((accuracy + jitter) * learned) - (0.02 * now * (1 - time)),
                Sparsity = now,
                FlipRate = sparsity == 0 ? null : time < 1 ? 0.06 * (1.1 - time) : 0,
            });
            for (int layer = 0; layer < config.Model.Depth; layer++)
            {
                double relief = config.Tokens.Merges && layer > 0 ? 0.7 : 1;
                burden.Add(new BurdenRecord
                {
                    Epoch = epoch,
                    Step = epoch * 100,
                    Layer = layer,
                    Phase = BurdenPhase.EpochEnd,
                    Site = BurdenSite.Mlp,
                    Reference = BurdenReference.Shadow,
                    Beta = 1,
                    Sparsity = now,
                    Tokens = 50,
                    Burden = relief * now * now * (0.3 + (0.12 * layer)) * (1 + (20 * jitter)),
                });
            }
        }

        return new StoredRun
        {
            Config = config,
            Result = Result(config, accuracy + jitter, sparsity),
            Epochs = epochs,
            Burden = burden,
            Environment = new EnvironmentRecord
            {
                Version = "0.1.0",
                Commit = "0123456789abcdef",
                Device = "cpu",
                InstructionSets = ["AVX2", "FMA"],
                Cores = 2,
                Threads = 2,
                Os = "Linux",
                Architecture = "x64",
                Dotnet = "10.0.0",
                Packages = new Dictionary<string, string>(),
            },
        };
    }

    private static IEnumerable<StoredRun> Seeds(int count, Func<int, StoredRun> run) =>
        Enumerable.Range(1, count).Select(run);
}
