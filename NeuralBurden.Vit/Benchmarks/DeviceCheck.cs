using System.Diagnostics;
using System.Security.Cryptography;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// Whether a device can be trusted: every op against the reference, then training with pruning and merging, its
/// checkpoint read back, and the same run again, which must end bitwise the same. <see cref="Quick"/>: the small cases of
/// every op, then two tiny training steps, whose loss must be the reference's.
/// </summary>
/// <param name="deviceId">An id of <see cref="DeviceCatalog"/>.</param>
/// <param name="threads">Cores of <c>cpu</c>; 0 means all.</param>
/// <param name="generatedCases">Generated cases of each op, beside its edge cases.</param>
public sealed class DeviceCheck(string deviceId, int threads, int generatedCases)
{
    // A tiny step's loss, of a value near 2.3, on another device: rounding alone.
    private const double QuickTolerance = 1e-4;

    private const int QuickCases = 3;

    private const long MostMultiplyAddsQuick = 20_000;

    // An emulated device takes minutes for what others do in milliseconds, as does one that a tool watches.
    private const long MostMultiplyAddsSmall = 200_000;

    /// <summary>Ops alone, and of their cases those of at most 200,000 multiply-adds.</summary>
    public bool Small { get; init; }

    /// <summary>Under a minute even where kernels are emulated: few and small cases of the ops, two tiny steps.</summary>
    public bool Quick { get; init; }

    /// <summary>Hears what begins: which check of how many, and its name.</summary>
    public Action<int, int, string> Begins { get; init; } = (_, _, _) => { };

    /// <summary>How many checks <see cref="Run"/> makes, if none of the training fails.</summary>
    public int Count => OpContracts.All.Count + (Small ? 0 : Quick ? 1 : 3);

    /// <summary>Checks one after the other; a failure does not end them.</summary>
    public IEnumerable<CheckStep> Run(CancellationToken cancellation)
    {
        int number = 0;
        using (var device = DeviceCatalog.Open(deviceId, threads))
        {
            using var reference = new ReferenceDevice();
            foreach (var contract in OpContracts.All)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Step(++number, $"op {contract.Name}", () => CheckOp(contract, device, reference));
            }
        }

        if (Small) yield break;
        foreach (var step in Quick ? QuickSteps(number, cancellation) : WholeSteps(number, cancellation)) yield return step;
    }

    private IEnumerable<CheckStep> QuickSteps(int number, CancellationToken cancellation)
    {
        yield return Step(++number, "two steps", () =>
        {
            double own = LossOf(deviceId, threads, cancellation), expected = LossOf("reference", 0, cancellation);
            return (Math.Abs(own - expected) <= QuickTolerance, $"loss {own:0.000000}, reference {expected:0.000000}");
        });
    }

    private static double LossOf(string device, int threads, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("nb-check-").FullName;
        try
        {
            var config = new RunConfig
            {
                Name = "check",
                Device = device,
                Data = new DataConfig { Name = "glyphs", TrainCount = 4, TestCount = 2 },
                Model = new ModelConfig { Dim = 8, Depth = 1, Heads = 2, MlpRatio = 2, Patch = 14 },
                Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.5, UpdateEvery = Duration.Steps(1) },
                Train = new TrainConfig { Epochs = 1, BatchSize = 2, Check = true },
                Burden = new BurdenConfig { ProbeImages = 0 },
            };
            var options = new RunOptions { Threads = threads == 0 ? null : threads };
            var engine = new RunEngine(MethodCatalog.BuiltIn);
            return engine.Execute(config, RunFolder.Open(folder, config), options, new Unreported(), cancellation).TrainLoss;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<CheckStep> WholeSteps(int number, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("nb-check-").FullName;
        try
        {
            var first = new Outcome();
            yield return Step(++number, "train, prune, merge", () => Train(folder, "first", first, cancellation));
            if (first.Result is null) yield break;
            yield return Step(++number, "checkpoint", () => ReadBack(first, cancellation));
            yield return Step(++number, "repeat", () => Repeat(folder, first, cancellation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private CheckStep Step(int number, string name, Func<(bool Passed, string Detail)> check)
    {
        Begins(number, Count, name);
        long start = Stopwatch.GetTimestamp();
        bool passed;
        string detail;
        try
        {
            (passed, detail) = check();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            (passed, detail) = (false, $"{e.GetType().Name}: {e.Message}");
        }

        return new CheckStep(name, passed, detail, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private (bool Passed, string Detail) CheckOp(OpContract contract, Device device, ReferenceDevice reference)
    {
        long most = Quick ? MostMultiplyAddsQuick
            : Small || deviceId == "ilgpu-cpu" ? MostMultiplyAddsSmall
            : long.MaxValue;
        int cases = Quick ? Math.Min(generatedCases, QuickCases) : generatedCases;
        var result = OpCheck.Run(contract, device, reference, cases, most);
        string leftOut = result.LeftOut > 0 ? $", {result.LeftOut} larger ones left out" : "";
        return (result.Passed, result.Passed ? $"{result.Cases} cases agree{leftOut}" : result.ToString());
    }

    private RunConfig Config(string name) => new()
    {
        Name = name,
        Device = deviceId,
        Data = new DataConfig { Name = "glyphs", TrainCount = 256, TestCount = 64 },
        Model = new ModelConfig { Dim = 16, Depth = 2, Heads = 2, MlpRatio = 2, Patch = 7 },
        Tokens = new TokensConfig { Merge = TokensConfig.SinglePass, R = TokenQuantity.Count(4), Layer = 1 },
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.75, UpdateEvery = Duration.Steps(2) },
        Train = new TrainConfig { Epochs = 3, BatchSize = 32, Check = true },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private (bool Passed, string Detail) Train(
        string root, string name, Outcome outcome, CancellationToken cancellation)
    {
        // The folder differs, not the config: the name would enter the checkpoint.
        var config = Config("check");
        var folder = RunFolder.Open(Path.Combine(root, name), config);
        var engine = new RunEngine(MethodCatalog.BuiltIn);
        var options = new RunOptions { Threads = threads == 0 ? null : threads };
        var result = engine.Execute(config, folder, options, new Unreported(), cancellation);
        (outcome.Result, outcome.Checkpoint) = (result, folder.CheckpointPath);
        double step = 1.0 / result.Matrices.Sum(m => m.Count);
        bool isRight = double.IsFinite(result.TrainLoss) && Math.Abs(result.Sparsity - 0.75) <= step * result.Matrices.Count
            && result.MergeR == 4;
        return (isRight, $"loss {result.TrainLoss:0.0000}, accuracy {result.TestAccuracy:0.000}, "
            + $"sparsity {result.Sparsity:0.0000}, {result.MergeR} tokens merged; masks checked at every step");
    }

    private (bool Passed, string Detail) ReadBack(Outcome outcome, CancellationToken cancellation)
    {
        var engine = new RunEngine(MethodCatalog.BuiltIn);
        var options = new RunOptions { Threads = threads == 0 ? null : threads };
        var again = engine.Evaluate(Config("check"), outcome.Checkpoint, options, cancellation);
        double loss = outcome.Result!.TestLoss;
        return again.Loss.Equals(loss)
            ? (true, $"loss {again.Loss:R} from the file, as at the end of training")
            : (false, $"loss {again.Loss:R} from the file, {loss:R} at the end of training");
    }

    private (bool Passed, string Detail) Repeat(string root, Outcome first, CancellationToken cancellation)
    {
        var second = new Outcome();
        Train(root, "second", second, cancellation);
        string[] hashes = [.. new[] { first, second }.Select(o => Hash(o.Checkpoint))];
        return hashes[0] == hashes[1]
            ? (true, $"the same run again gives the same bytes (sha256 {hashes[0][..12]})")
            : (false, $"the same run again gives other bytes (sha256 {hashes[0][..12]} and {hashes[1][..12]})");
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed class Outcome
    {
        public RunResult? Result { get; set; }

        public string Checkpoint { get; set; } = "";
    }

    private sealed class Unreported : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
