using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>One run from initial weights to its result: epochs, evaluation, measurement, records.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int EvaluationBatch = 250;

    // Often enough for a live display, rarely enough that waiting for a device costs nothing.
    private const int StepsBetweenReports = 20;

    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly VisionTransformer _model;
    private readonly ImageDatasetPair _data;
    private readonly RunFolder _folder;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly DeviceImages _trainImages;
    private readonly DeviceImages _testImages;
    private readonly Trainer _trainer;
    private readonly Evaluator _evaluator;
    private readonly BurdenMeter? _meter;
    private readonly List<BurdenRecord> _burden = [];
    private readonly double _defaultSparsity;
    private EvaluationResult? _test;
    private double _trainSeconds;
    private long _trainedImages;

    public TrainingSession(
        Device device,
        RunConfig config,
        VisionTransformer model,
        ImageDatasetPair data,
        MethodCatalog catalog,
        RunFolder folder,
        IProgress<TrainingProgress> progress)
    {
        (_device, _config, _model, _data, _folder, _progress) = (device, config, model, data, folder, progress);
        Initialization.Apply(device, model.Parameters, config.Seed);
        _trainImages = new DeviceImages(device, data.Train, config.Train.BatchSize, data.Train.Mean, data.Train.Std);
        _testImages = new DeviceImages(device, data.Test, EvaluationBatch, data.Train.Mean, data.Train.Std);
        _trainer = new Trainer(device, config, model, _trainImages, catalog);
        _evaluator = new Evaluator(device, _testImages);
        _defaultSparsity = catalog.Find(config.Pruning.Method).Sparsity;
        if (config.Burden.ProbeImages > 0)
            _meter = new BurdenMeter(device, _trainImages, config.Burden.ProbeImages, config.Seed);
    }

    public RunResult Run(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        _folder.Clear();
        _folder.WriteEnvironment(EnvironmentProbe.Of(_device));
        EpochRecord last = null!;
        for (int epoch = 0; epoch < _config.Train.Epochs; epoch++) last = RunEpoch(epoch, cancellation);
        Report(TrainingPhase.Saving, _config.Train.Epochs - 1);
        SaveModel();
        return Summarize(last, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _trainer.Dispose();
        _testImages.Dispose();
        _trainImages.Dispose();
    }

    private EpochRecord RunEpoch(int epoch, CancellationToken cancellation)
    {
        int steps = _trainer.StepsPerEpoch, epochs = _config.Train.Epochs;
        bool final = epoch == epochs - 1;
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i <= steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _trainer.Step();
            if (i % StepsBetweenReports != 0 && i != steps) continue;
            var (recentLoss, recentAccuracy) = _trainer.Recent(StepsBetweenReports);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Report(TrainingPhase.Training, epoch, recentLoss, recentAccuracy, (double)i * _config.Train.BatchSize / elapsed);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _trainSeconds += seconds;
        _trainedImages += (long)steps * _config.Train.BatchSize;
        var (loss, accuracy) = _trainer.Recent(steps);
        if (final) _trainer.Pruner?.Finish();
        bool evaluate = final || (epoch + 1) % _config.Train.EvalEvery == 0;
        if (evaluate)
        {
            Report(TrainingPhase.Evaluating, epoch, loss, accuracy);
            _trainer.Pruner?.WriteEffective();
            _test = _evaluator.Run(_model, default, cancellation);
        }

        double? burden = null;
        if (_meter is not null && (final || (epoch + 1) % _config.Burden.Every == 0))
        {
            Report(TrainingPhase.MeasuringBurden, epoch, loss, accuracy);
            var records = _meter.Measure(_model, _trainer.Pruner, epoch + 1, _trainer.StepsDone);
            _burden.AddRange(records);
            _folder.WriteBurden(_burden);
            burden = records.Average(r => r.Burden);
        }

        var statistics = _trainer.Pruner?.Statistics();
        var record = new EpochRecord
        {
            Epoch = epoch + 1,
            Step = _trainer.StepsDone,
            Lr = _trainer.LearningRateNow,
            TrainLoss = loss,
            TrainAccuracy = accuracy,
            TestLoss = evaluate ? _test!.Loss : null,
            TestAccuracy = evaluate ? _test!.Accuracy : null,
            Sparsity = statistics?.All.Sparsity ?? 0,
            FlipRate = statistics?.All.FlipRate,
            ReturnRate = statistics?.All.ReturnRate,
            Burden = burden,
            TrainImagesPerSecond = steps * _config.Train.BatchSize / seconds,
            EvalImagesPerSecond = evaluate ? _test!.ImagesPerSecond : null,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
        _folder.Append(record);
        Report(TrainingPhase.Training, epoch, loss, accuracy, record.TrainImagesPerSecond, record);
        return record;
    }

    private void SaveModel()
    {
        var info = new CheckpointInfo(
            _trainer.StepsDone,
            _config.Train.Epochs,
            _trainer.StepsDone,
            (ulong)_config.Seed,
            ConfigText.Hash(_config),
            _config.Device,
            EnvironmentProbe.ProgramVersion);
        ModelFile.Save(_folder.CheckpointPath, _device, _model, _trainer.Pruner, _config, _data.Train, info);
    }

    private RunResult Summarize(EpochRecord last, double wallSeconds)
    {
        var matrices = SparsityCount.Of(_device, _model);
        long prunable = matrices.Sum(m => m.Count), kept = matrices.Sum(m => m.Kept);
        var keptBy = matrices.ToDictionary(m => m.Name, m => m.Kept);
        return new RunResult
        {
            Name = _config.Name,
            ConfigHash = ConfigText.Hash(_config),
            Seed = _config.Seed,
            Device = _config.Device,
            Dataset = _config.Data.Name,
            Method = _config.Pruning.Method,
            Merge = _config.Tokens.Merge,
            MergeR = _model.Shape.Tokens - ModelCost.TokensPerLayer(_model)[^1],
            Epochs = _config.Train.Epochs,
            Params = _model.Parameters.Count,
            ParamsKept = _model.Parameters.Count - prunable + kept,
            TargetSparsity = _trainer.Pruner is null ? 0 : _config.Pruning.Sparsity ?? _defaultSparsity,
            Sparsity = 1 - ((double)kept / prunable),
            TestAccuracy = _test!.Accuracy,
            TestLoss = _test.Loss,
            TrainLoss = last.TrainLoss,
            TrainImagesPerSecond = _trainedImages / _trainSeconds,
            EvalImagesPerSecond = _test.ImagesPerSecond,
            MacsPerImageTheoretical = ModelCost.MultiplyAdds(_model, p => keptBy[p.Name]),
            MacsPerImageExecuted = ModelCost.MultiplyAdds(_model, p => p.Shape.Count),
            StoredBytes = new FileInfo(_folder.CheckpointPath).Length,
            Burden = last.Burden,
            FlipRate = last.FlipRate,
            ReturnRate = last.ReturnRate,
            WallSeconds = wallSeconds,
            Simulated = _trainer.Pruner is not null && kept < prunable,
            Matrices = matrices,
            TokensPerLayer = ModelCost.TokensPerLayer(_model),
        };
    }

    private void Report(
        TrainingPhase phase,
        int epoch,
        double loss = 0,
        double accuracy = 0,
        double imagesPerSecond = 0,
        EpochRecord? finished = null) =>
        _progress.Report(new TrainingProgress
        {
            Phase = phase,
            Epoch = epoch + 1,
            Epochs = _config.Train.Epochs,
            Step = _trainer.StepsDone,
            Steps = _trainer.TotalSteps,
            TrainLoss = loss,
            TrainAccuracy = accuracy,
            TestAccuracy = _test?.Accuracy ?? 0,
            Sparsity = _trainer.Pruner?.Sparsity ?? 0,
            ImagesPerSecond = imagesPerSecond,
            Finished = finished,
        });
}
