using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>One run from initial weights to its result: epochs, evaluation, measurement, records.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int EvaluationBatch = 250;

    // Test images in the picture of merges.
    private const int PicturedImages = 8;

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
    private readonly DeviceImages? _heldOut;
    private readonly Evaluator? _validator;
    private readonly EarlyStopping _stopping;
    private readonly IGradientExchange? _exchange;
    private readonly BurdenNetworks? _networks;
    private readonly double _defaultSparsity;
    private readonly TrainingCheckpoints _checkpoints;
    private readonly Snapshots _snapshots;
    private RunEvents? _events;
    private BurdenSession? _burden;
    private SessionRecords _records = new();
    private EvaluationResult? _test;
    private SilencingRecord? _silencing;
    private EvaluationResult? _averageTest;
    private long _clock;

    public TrainingSession(
        Device device,
        RunConfig config,
        VisionTransformer model,
        ImageDatasetPair data,
        ContentFingerprint content,
        MethodCatalog catalog,
        RunFolder folder,
        IProgress<TrainingProgress> progress,
        SparseMode sparse = SparseMode.Auto,
        IGradientExchange? exchange = null)
    {
        (_device, _config, _model, _folder, _progress) = (device, config, model, folder, progress);
        _exchange = exchange;
        Initialization.Apply(device, model.Parameters, config.Seed);
        if (config.Model.InitFrom != ModelConfig.None) LoadPretrained();
        ImageDataset? heldOut = null;
        if (config.Train.Validation > 0) (data, heldOut) = HeldOutImages.Split(data, config.Train.Validation);
        _data = data;
        int part = config.Train.BatchSize / config.Train.Accumulate;
        _trainImages = new DeviceImages(device, data.Train, part, data.Train.Mean, data.Train.Std);
        _testImages = new DeviceImages(device, data.Test, EvaluationBatch, data.Train.Mean, data.Train.Std);
        _trainer = new Trainer(device, config, model, _trainImages, catalog, sparse, exchange);
        _evaluator = new Evaluator(device, _testImages, exchange);
        if (heldOut is not null)
        {
            _heldOut = new DeviceImages(device, heldOut, EvaluationBatch, data.Train.Mean, data.Train.Std);
            _validator = new Evaluator(device, _heldOut, exchange);
        }

        _defaultSparsity = catalog.Find(config.Pruning.Method).Sparsity;
        _stopping = new EarlyStopping(config.Train, TargetSparsity);
        _checkpoints = new TrainingCheckpoints(config, content, _trainer, folder);
        var steps = Snapshots.Steps(config.Burden.Snapshots, _trainer.StepsPerEpoch, _trainer.TotalSteps);
        _snapshots = new Snapshots(steps, folder, SaveSnapshot);
        string reference = Path.Combine(folder.Path, RunFolder.ReferenceFile);
        if (config.Burden.ProbeImages > 0)
            _networks = new BurdenNetworks(device, config, data.Train, model, _trainer.Pruner, reference);
    }

    // Before the pruner sees the weights. A run that goes on needs its own folder only.
    private void LoadPretrained()
    {
        string file = _config.Model.InitFrom;
        if (!File.Exists(file) && new CheckpointFolder(_folder.CheckpointsPath).FindLatest().Checkpoint is not null) return;
        if (!File.Exists(file)) throw new SettingException("model.init_from", $"there is no file {Path.GetFullPath(file)}");
        PretrainedWeights.Load(_device, _model, _config.Model);
    }

    private double TargetSparsity => _trainer.Pruner is null ? 0 : _config.Pruning.Sparsity ?? _defaultSparsity;

    private bool IsOver =>
        _records.Epochs.Count == _config.Train.Epochs || _stopping.IsDue(_records.Epochs.LastOrDefault()?.StaleEpochs);

    /// <summary>Trains from the newest checkpoint of the folder, or from the beginning.</summary>
    public RunResult Run(CancellationToken cancellation)
    {
        _clock = Stopwatch.GetTimestamp();
        Begin();
        try
        {
            while (!IsOver) RunEpoch(_records.Epochs.Count, cancellation);
        }
        catch (OperationCanceledException)
        {
            SaveWhereItStopped();
            throw;
        }
        catch (NonFiniteException e)
        {
            throw Explain(e);
        }
        catch (IOException e) when (!Directory.Exists(_folder.Path))
        {
            throw new IOException($"the run folder {_folder.Path} is gone, and what was trained with it: {e.Message}", e);
        }
        catch (IOException e)
        {
            string rest = _checkpoints.Latest is { } latest
                ? $"'nb resume {_folder.Path}' goes on from {latest} once that is remedied"
                : "there is no checkpoint yet";
            throw new IOException($"{e.Message}; {rest}", e);
        }

        Report(TrainingPhase.Saving, _records.Epochs.Count - 1);
        SaveModel(_folder.CheckpointPath);
        if (_trainer.HasAverage)
        {
            _trainer.ExchangeAverage();
            SaveModel(_folder.AverageCheckpointPath);
            _trainer.ExchangeAverage();
        }

        if (_model.ActiveMerging is not null)
        {
            var (look, picture) = MergeViewer.Run(_device, _model, _testImages, PicturedImages);
            _folder.WriteMerges(look, picture);
        }

        if (_config.Burden.Silencing) _silencing = CompareSilenced(cancellation);
        CountWallTime();
        return Summarize(_records.Epochs[^1]);
    }

    public void Dispose()
    {
        _events?.Dispose();
        _networks?.Dispose();
        _evaluator.Dispose();
        _validator?.Dispose();
        _heldOut?.Dispose();
        _trainer.Dispose();
        _testImages.Dispose();
        _trainImages.Dispose();
    }

    /// <summary>Takes up the newest checkpoint with its records, or clears what an attempt without one left.</summary>
    private void Begin()
    {
        // Everybody reads what rank 0 has checked and nobody has begun to write.
        _exchange?.Any(false);
        var (records, damaged) = _checkpoints.Restore();
        if (_exchange?.Agrees((ulong)_trainer.StepsDone) == false)
        {
            throw new MpiException(
                $"this rank finds step {_trainer.StepsDone} in {_folder.CheckpointsPath} and another rank another one: "
                + "the run folder must be on a file system that all machines share");
        }

        foreach (var file in damaged) Notify($"skipped a damaged checkpoint: {file.Problem}");
        _folder.Clear();
        _folder.WriteEnvironment(EnvironmentProbe.Of(_device) with
        {
            Ranks = _exchange?.Ranks,
            Content = _checkpoints.Content,
        });
        _events = new RunEvents(_folder.Path, records is null ? RunEvents.LeftBehind(_folder.Path) : _trainer.StepsDone);
        _records = records ?? _records;
        if (_networks is not null) _burden = BeginBurden(_networks);
        if (records is null) return;
        _folder.WriteMetrics(records.Epochs);
        if (records.Burden.Count > 0) _folder.WriteBurden(records.Burden);
        Notify($"goes on after step {_trainer.StepsDone} of {_trainer.TotalSteps}, from {_checkpoints.Latest}");
    }

    private SilencingRecord CompareSilenced(CancellationToken cancellation)
    {
        // Measured anew, so that a run resumed after its last epoch ranks the same units.
        _burden!.MeasureNow();
        return new UnitSilencing(_device, _model, _evaluator).Compare(_burden.Meter, _config.Seed, cancellation);
    }

    private BurdenSession BeginBurden(BurdenNetworks networks)
    {
        networks.Restore();
        var meter = new BurdenMeter(
            _device, _trainImages, _config.Burden.ProbeImages, _config.Burden.Beta, _config.Seed);
        return new BurdenSession(
            _config, _model, _trainer, meter, networks, _records.Burden, _folder.Append, DescribeModel);
    }

    // A signal reaches the ranks at different steps; they stop after the same one.
    private void ThrowIfStopped(CancellationToken cancellation)
    {
        if (_exchange?.Any(cancellation.IsCancellationRequested) ?? cancellation.IsCancellationRequested)
            throw new OperationCanceledException(cancellation);
    }

    private void RunEpoch(int epoch, CancellationToken cancellation)
    {
        int steps = _trainer.StepsPerEpoch, first = _trainer.StepsDone, end = (epoch + 1) * steps;
        long start = Stopwatch.GetTimestamp();
        var measured = _burden?.WithinEpochs ?? default;
        while (_trainer.StepsDone < end)
        {
            ThrowIfStopped(cancellation);
            _burden?.BeforeStep();
            _trainer.Step();
            _burden?.AfterStep();
            _snapshots.AfterStep(_trainer.StepsDone);
            int done = _trainer.StepsDone;
            if (_checkpoints.IsDueWithinEpoch) SaveCheckpoint();
            if ((done % steps) % StepsBetweenReports != 0 && done != end) continue;
            var (recentLoss, recentAccuracy) = _trainer.Recent(StepsBetweenReports);
            double elapsed = TrainingTime();
            double speed = (double)(done - first) * _config.Train.BatchSize / elapsed;
            Report(TrainingPhase.Training, epoch, recentLoss, recentAccuracy, speed);
        }

        ThrowIfStopped(cancellation);
        double seconds = TrainingTime();
        long images = (long)(end - first) * _config.Train.BatchSize;
        _records.TrainSeconds += seconds;
        _records.TrainedImages += images;
        // One rank alone must not leave what all do together.
        if (_exchange is not null) cancellation = CancellationToken.None;
        var (loss, accuracy) = _trainer.Recent(steps);
        bool final = epoch == _config.Train.Epochs - 1;
        FinishPruning(final);
        Report(TrainingPhase.Evaluating, epoch, loss, accuracy);
        bool evaluate = final || (epoch + 1) % _config.Train.EvalEvery == 0;
        // Early stopping looks at every epoch; without it, held-out images are evaluated when the test set is.
        bool validate = evaluate || _config.Train.EarlyStopping > 0;
        var validation = validate ? _validator?.Run(_model, default, cancellation) : null;
        int? stale = _stopping.StaleEpochs(_records.Epochs, validation, _trainer.Pruner?.Sparsity ?? 0);
        final |= _stopping.IsDue(stale);
        evaluate |= final;
        FinishPruning(final);
        if (evaluate) Evaluate(cancellation);

        double? burden = null;
        if (_burden is not null)
        {
            Report(TrainingPhase.MeasuringBurden, epoch, loss, accuracy);
            if (_burden.AfterEpoch(epoch, final) is { } records)
            {
                burden = records.Average(r => r.Burden);
                _events!.AddLoads(_trainer.StepsDone, [.. _burden.Meter.Units.Select(u => u.Rate)]);
            }
        }

        if (evaluate) AddPictureOfMerges();

        var statistics = _trainer.Pruner?.Statistics();
        _trainer.Pruner?.BeginPeriod();
        var record = new EpochRecord
        {
            Epoch = epoch + 1,
            Step = _trainer.StepsDone,
            Lr = _trainer.LearningRateNow,
            TrainLoss = loss,
            TrainAccuracy = accuracy,
            TestLoss = evaluate ? _test!.Loss : null,
            TestAccuracy = evaluate ? _test!.Accuracy : null,
            EmaTestLoss = evaluate ? _averageTest?.Loss : null,
            EmaTestAccuracy = evaluate ? _averageTest?.Accuracy : null,
            ValidationLoss = validation?.Loss,
            ValidationAccuracy = validation?.Accuracy,
            StaleEpochs = stale,
            Sparsity = statistics?.All.Sparsity ?? 0,
            FlipRate = statistics?.PeriodFlipRate,
            MaskUpdates = statistics?.PeriodUpdates,
            ReturnRate = statistics?.All.ReturnRate,
            InTimeRate = statistics?.All.InTimeRate,
            Burden = burden,
            TrainImagesPerSecond = images == 0 ? 0 : images / seconds,
            EvalImagesPerSecond = evaluate ? _test!.ImagesPerSecond : null,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
        _folder.Append(record);
        _events!.Add(record);
        _records.Epochs.Add(record);
        Report(TrainingPhase.Training, epoch, loss, accuracy, record.TrainImagesPerSecond, record);
        if (_checkpoints.IsDueAfterEpoch) SaveCheckpoint();

        double TrainingTime() =>
            (Stopwatch.GetElapsedTime(start) - (_burden?.WithinEpochs ?? default) + measured).TotalSeconds;
    }

    private void FinishPruning(bool final)
    {
        if (final && _trainer.Pruner is { IsFinished: false } pruner) pruner.Finish();
        _trainer.WriteEffective();
    }

    private void Evaluate(CancellationToken cancellation)
    {
        _test = _evaluator.Run(_model, default, cancellation);
        if (!_trainer.HasAverage) return;
        _trainer.ExchangeAverage();
        try
        {
            _averageTest = _evaluator.Run(_model, default, cancellation);
        }
        finally
        {
            // A checkpoint of a run that is stopped here must find the weights in their place.
            _trainer.ExchangeAverage();
        }
    }

    private void AddPictureOfMerges()
    {
        if (_model.ActiveMerging is null) return;
        var (_, picture) = MergeViewer.Run(_device, _model, _testImages, PicturedImages);
        _events!.AddMerges(_trainer.StepsDone, PngWriter.Encode(picture));
    }

    private void SaveCheckpoint()
    {
        // Losses are looked at before the state that they led to replaces an older one.
        _trainer.Recent(_trainer.StepsPerEpoch);
        CountWallTime();
        _checkpoints.Save(_records);
    }

    private void SaveWhereItStopped()
    {
        if (_trainer.StepsDone == _checkpoints.SavedStep) return;
        Report(TrainingPhase.Saving, _records.Epochs.Count);
        SaveCheckpoint();
        Notify($"stopped after step {_trainer.StepsDone} of {_trainer.TotalSteps}; 'nb resume {_folder.Path}' goes on");
    }

    private void CountWallTime()
    {
        long now = Stopwatch.GetTimestamp();
        _records.WallSeconds += Stopwatch.GetElapsedTime(_clock, now).TotalSeconds;
        _clock = now;
    }

    /// <summary>
    /// Names the checkpoint to go back to, and the layer: where steps were not looked at one by one, by training from
    /// that checkpoint again and looking.
    /// </summary>
    private NonFiniteException Explain(NonFiniteException error)
    {
        var found = error;
        if (error.Layer is null && _checkpoints.Latest is not null && _exchange is null)
        {
            _checkpoints.Restore();
            _trainer.ChecksEveryStep = true;
            try
            {
                while (_trainer.StepsDone <= error.Step) _trainer.Step();
            }
            catch (NonFiniteException exact)
            {
                found = exact;
            }
        }

        return new NonFiniteException(found.What, found.Step, found.Layer, _checkpoints.Latest);
    }

    private void SaveModel(string path) => ModelFile.Save(
        path, _device, _model, _trainer.Pruner, _config, _data.Train, DescribeModel());

    private void SaveSnapshot(string path)
    {
        _trainer.WriteEffective();
        SaveModel(path);
    }

    private CheckpointInfo DescribeModel() => new(
        _trainer.StepsDone,
        _records.Epochs.Count,
        _trainer.StepsDone,
        (ulong)_config.Seed,
        ConfigText.Hash(_config),
        _config.Device,
        EnvironmentProbe.ProgramVersion)
    {
        Content = _checkpoints.Content.ToString(),
    };

    private RunResult Summarize(EpochRecord last)
    {
        var matrices = SparsityCount.Of(_device, _model);
        long prunable = matrices.Sum(m => m.Count), kept = matrices.Sum(m => m.Kept);
        var keptBy = matrices.ToDictionary(m => m.Name, m => m.Kept);
        var (kernels, simulated) = _trainer.DescribeKernels();
        var sparse = kernels.Where(k => k.Forward == LayerKernels.Sparse).Select(k => k.Name).ToHashSet();
        return new RunResult
        {
            Name = _config.Name,
            ConfigHash = ConfigText.Hash(_config),
            Seed = _config.Seed,
            Device = _config.Device,
            Tf32 = _config.Tf32,
            Dataset = _config.Data.Name,
            Content = _checkpoints.Content,
            Method = _config.Pruning.Method,
            Merge = _config.Tokens.Merge,
            MergeR = _model.Shape.Tokens - ModelCost.TokensPerLayer(_model)[^1],
            Epochs = last.Epoch,
            StoppedEarly = last.Epoch < _config.Train.Epochs,
            Params = _model.Parameters.Count,
            ParamsKept = _model.Parameters.Count - prunable + kept,
            TargetSparsity = TargetSparsity,
            Sparsity = 1 - ((double)kept / prunable),
            TestAccuracy = last.TestAccuracy!.Value,
            TestLoss = last.TestLoss!.Value,
            EmaTestAccuracy = last.EmaTestAccuracy,
            EmaTestLoss = last.EmaTestLoss,
            ValidationAccuracy = last.ValidationAccuracy,
            ValidationLoss = last.ValidationLoss,
            TrainLoss = last.TrainLoss,
            TrainImagesPerSecond = _records.TrainedImages / _records.TrainSeconds,
            EvalImagesPerSecond = last.EvalImagesPerSecond!.Value,
            MacsPerImageTheoretical = ModelCost.MultiplyAdds(_model, p => keptBy[p.Name]),
            MacsPerImageExecuted = ModelCost.MultiplyAdds(
                _model, p => sparse.Contains(p.Name) ? keptBy[p.Name] : p.Shape.Count),
            StoredBytes = new FileInfo(_folder.CheckpointPath).Length,
            Burden = last.Burden,
            Silencing = _silencing,
            FlipRate = _records.MeanFlipRate,
            MaskUpdates = _trainer.Pruner?.Updates,
            ReturnRate = last.ReturnRate,
            InTimeRate = last.InTimeRate,
            WallSeconds = _records.WallSeconds,
            Simulated = simulated,
            Kernels = kernels,
            Matrices = matrices,
            TokensPerLayer = ModelCost.TokensPerLayer(_model),
        };
    }

    private void Notify(string notice) => _progress.Report(new TrainingProgress
    {
        Phase = TrainingPhase.Preparing,
        Epoch = _records.Epochs.Count + 1,
        Epochs = _config.Train.Epochs,
        Step = _trainer.StepsDone,
        Steps = _trainer.TotalSteps,
        Notice = notice,
    });

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
            TestAccuracy = _test?.Accuracy ?? _records.Epochs.LastOrDefault(e => e.TestAccuracy is not null)?.TestAccuracy ?? 0,
            Sparsity = _trainer.Pruner?.Sparsity ?? 0,
            ImagesPerSecond = imagesPerSecond,
            Finished = finished,
        });
}
