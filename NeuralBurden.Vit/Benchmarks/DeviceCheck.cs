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
/// checkpoint read back, and the same run again, which must end bitwise the same.
/// </summary>
/// <param name="deviceId">An id of <see cref="DeviceCatalog"/>.</param>
/// <param name="threads">Cores of <c>cpu</c>; 0 means all.</param>
/// <param name="generatedCases">Generated cases of each op, beside its edge cases.</param>
public sealed class DeviceCheck(string deviceId, int threads, int generatedCases)
{
    // An emulated device takes minutes for what others do in milliseconds, as does one that a tool watches.
    private const long MostMultiplyAddsSmall = 200_000;

    /// <summary>Ops alone, and of their cases those of at most 200,000 multiply-adds.</summary>
    public bool Small { get; init; }

    /// <summary>Checks one after the other; a failure does not end them.</summary>
    public IEnumerable<CheckStep> Run(CancellationToken cancellation)
    {
        using (var device = DeviceCatalog.Open(deviceId, threads))
        {
            using var reference = new ReferenceDevice();
            foreach (var contract in OpContracts.All)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Step($"op {contract.Name}", () => CheckOp(contract, device, reference));
            }
        }

        if (Small) yield break;
        string folder = Directory.CreateTempSubdirectory("nb-check-").FullName;
        try
        {
            var first = new Outcome();
            yield return Step("train, prune, merge", () => Train(folder, "first", first, cancellation));
            if (first.Result is null) yield break;
            yield return Step("checkpoint", () => ReadBack(first, cancellation));
            yield return Step("repeat", () => Repeat(folder, first, cancellation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CheckStep Step(string name, Func<(bool Passed, string Detail)> check)
    {
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
        long most = Small || deviceId == "ilgpu-cpu" ? MostMultiplyAddsSmall : long.MaxValue;
        var result = OpCheck.Run(contract, device, reference, generatedCases, most);
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
