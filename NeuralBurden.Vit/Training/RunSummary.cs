using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>The result of a run that is over.</summary>
internal static class RunSummary
{
    /// <param name="trainer">At the end of training.</param>
    /// <param name="records">Of all its epochs.</param>
    /// <param name="content">What it was trained on.</param>
    /// <param name="figures">Of the test images.</param>
    /// <param name="silencing">Null where it was not asked for.</param>
    /// <param name="targetSparsity">Of the method.</param>
    /// <param name="storedBytes">Of the model's file.</param>
    public static RunResult Of(
        Device device,
        RunConfig config,
        Trainer trainer,
        SessionRecords records,
        ContentFingerprint content,
        ClassificationFigures? figures,
        SilencingRecord? silencing,
        double targetSparsity,
        long storedBytes)
    {
        var (model, last) = (trainer.Model, records.Epochs[^1]);
        var matrices = SparsityCount.Of(device, model);
        long prunable = matrices.Sum(m => m.Count), kept = matrices.Sum(m => m.Kept);
        var keptBy = matrices.ToDictionary(m => m.Name, m => m.Kept);
        var tokens = ModelCost.TokensPerLayer(model, trainer.Merges);
        var (kernels, simulated) = trainer.DescribeKernels();
        var sparse = kernels.Where(k => k.Forward == LayerKernels.Sparse).Select(k => k.Name).ToHashSet();
        return new RunResult
        {
            Name = config.Name,
            ConfigHash = ConfigText.Hash(config),
            Seed = config.Seed,
            Device = config.Device,
            Tf32 = config.Tf32,
            Precision = ConfigFields.Find("train.precision")!.Get(config),
            Dataset = config.Data.Name,
            Content = content,
            Method = config.Pruning.Method,
            Merge = config.Tokens.Merge,
            MergeR = model.Shape.Tokens - tokens[^1],
            Epochs = last.Epoch,
            StoppedEarly = last.Epoch < config.Train.Epochs,
            Params = model.Parameters.Count,
            ParamsKept = model.Parameters.Count - prunable + kept,
            TargetSparsity = targetSparsity,
            Sparsity = 1 - ((double)kept / prunable),
            TestAccuracy = last.TestAccuracy!.Value,
            TestLoss = last.TestLoss!.Value,
            EmaTestAccuracy = last.EmaTestAccuracy,
            EmaTestLoss = last.EmaTestLoss,
            ValidationAccuracy = last.ValidationAccuracy,
            ValidationLoss = last.ValidationLoss,
            TrainLoss = last.TrainLoss,
            TrainImagesPerSecond = records.TrainedImages / records.TrainSeconds,
            EvalImagesPerSecond = last.EvalImagesPerSecond!.Value,
            MacsPerImageTheoretical = ModelCost.MultiplyAdds(model, p => keptBy[p.Name], trainer.Merges),
            MacsPerImageExecuted = ModelCost.MultiplyAdds(
                model, p => sparse.Contains(p.Name) ? keptBy[p.Name] : p.Shape.Count, trainer.Merges),
            StoredBytes = storedBytes,
            Burden = last.Burden,
            Classification = figures,
            Silencing = silencing,
            FlipRate = records.MeanFlipRate,
            MaskUpdates = trainer.Pruner?.Updates,
            ReturnRate = last.ReturnRate,
            InTimeRate = last.InTimeRate,
            WallSeconds = records.WallSeconds,
            Simulated = simulated,
            Kernels = kernels,
            Matrices = matrices,
            TokensPerLayer = tokens,
        };
    }
}
