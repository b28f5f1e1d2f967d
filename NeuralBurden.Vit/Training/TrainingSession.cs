using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>The loop of one run, from initial weights to its result: steps, epochs, checkpoints, measurements.</summary>
internal sealed class TrainingSession : IDisposable
{
    // Often enough for a live display, rarely enough that waiting for a device costs nothing.
    private const int StepsBetweenReports = 20;

    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly ImageDataset _train;
    private readonly RunFolder _folder;
    private readonly IGradientExchange? _exchange;
    private readonly DeviceImages _trainImages;
    private readonly Trainer _trainer;
    private readonly RunEvaluation _evaluation;
    private readonly RunRecorder _recorder;
    private readonly EarlyStopping _stopping;
    private readonly TrainingCheckpoints _checkpoints;
    private readonly Snapshots _snapshots;
    private readonly BurdenNetworks? _networks;
    private readonly double _targetSparsity;
    private BurdenSession? _burden;

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
        (_device, _config, _folder, _exchange) = (device, config, folder, exchange);
        Initialization.Apply(device, model.Parameters, config.Seed);
        if (config.Model.InitFrom != ModelConfig.None) LoadPretrained(model);
        ImageDataset? heldOut = null;
        int trained = config.Train.TrainedOn(data.Train.Count);
        if (trained < data.Train.Count)
        {
            (var kept, heldOut) = data.Train.HoldOut(data.Train.Count - trained);
            data = data with { Train = kept };
        }

        _train = data.Train;
        int part = config.Train.BatchSize / config.Train.Accumulate;
        _trainImages = new DeviceImages(device, _train, part, _train.Mean, _train.Std);
        _trainer = new Trainer(device, config, model, _trainImages, catalog, sparse, exchange);
        _evaluation = new RunEvaluation(device, _trainer, data, heldOut, exchange);
        _recorder = new RunRecorder(config, folder, _trainer, _evaluation, progress);
        double sparsity = catalog.Find(config.Pruning.Method).Sparsity;
        _targetSparsity = _trainer.Pruner is null ? 0 : config.Pruning.Sparsity ?? sparsity;
        _stopping = new EarlyStopping(config.Train, _targetSparsity);
        _checkpoints = new TrainingCheckpoints(device, config, _train, content, _trainer, folder);
        var steps = Snapshots.Steps(config.Burden.Snapshots, _trainer.StepsPerEpoch, _trainer.TotalSteps);
        _snapshots = new Snapshots(steps, folder, SaveSnapshot);
        string reference = Path.Combine(folder.Path, RunFolder.ReferenceFile);
        if (config.Burden.ProbeImages > 0)
            _networks = new BurdenNetworks(device, config, _train, model, _trainer.Pruner, reference);
    }

    private SessionRecords Records => _recorder.Records;

    private bool IsOver =>
        Records.Epochs.Count == _config.Train.Epochs || _stopping.IsDue(Records.Epochs.LastOrDefault()?.StaleEpochs);

    /// <summary>Trains from the newest checkpoint of the folder, or from the beginning.</summary>
    public RunResult Run(CancellationToken cancellation)
    {
        Begin();
        var diagnosis = new RunDiagnosis(_folder, _trainer, _checkpoints, isAlone: _exchange is null);
        try
        {
            while (!IsOver) RunEpoch(Records.Epochs.Count, cancellation);
            _recorder.Report(TrainingPhase.Saving, Records.Epochs.Count - 1);
            if (!_checkpoints.IsFinal) SaveCheckpoint(final: true);
        }
        catch (OperationCanceledException)
        {
            SaveWhereItStopped();
            throw;
        }
        catch (NonFiniteException e)
        {
            throw diagnosis.Of(e);
        }
        catch (IOException e)
        {
            throw diagnosis.Of(e);
        }

        // Its own copy goes with its folder.
        if (_folder.IsFollower) SaveModel(_folder.CheckpointPath);
        if (_trainer.HasAverage)
        {
            _trainer.ExchangeAverage();
            SaveModel(_folder.AverageCheckpointPath);
            _trainer.ExchangeAverage();
        }

        if (_evaluation.Merges() is var (look, picture)) _folder.WriteMerges(look, picture);
        var figures = _evaluation.Judge(_exchange is null ? cancellation : CancellationToken.None);
        var silencing = _config.Burden.Silencing ? CompareSilenced(cancellation) : null;
        _recorder.CountWallTime();
        return RunSummary.Of(
            _device, _config, _trainer, Records, _checkpoints.Content, figures, silencing, _targetSparsity,
            new FileInfo(_folder.CheckpointPath).Length);
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _networks?.Dispose();
        _evaluation.Dispose();
        _trainer.Dispose();
        _trainImages.Dispose();
    }

    // Before the pruner sees the weights. A run that goes on needs its own folder only.
    private void LoadPretrained(VisionTransformer model)
    {
        string file = _config.Model.InitFrom;
        if (!File.Exists(file) && new CheckpointFolder(_folder.CheckpointsPath).FindLatest().Checkpoint is not null) return;
        ConfigRules.RequireFile("model.init_from", file);
        PretrainedWeights.Load(_device, model, _config.Model);
    }

    /// <summary>Takes up the newest checkpoint with its records, or clears what an attempt without one left.</summary>
    private void Begin()
    {
        // Everybody reads what rank 0 has checked and nobody has begun to write.
        _exchange?.Any(false);
        var (goesOn, damaged) = _checkpoints.Restore(Records);
        if (_exchange?.Agrees((ulong)_trainer.StepsDone) == false)
        {
            throw new MpiException(
                $"this rank finds step {_trainer.StepsDone} in {_folder.CheckpointsPath} and another rank another one: "
                + "the run folder must be on a file system that all machines share");
        }

        foreach (var file in damaged) _recorder.Notify($"skipped a damaged checkpoint: {file.Problem}");
        _recorder.Begin(goesOn, EnvironmentProbe.Of(_device) with
        {
            Ranks = _exchange?.Ranks,
            Content = _checkpoints.Content,
        });
        if (_networks is not null) _burden = BeginBurden(_networks);
        if (goesOn)
            _recorder.Notify($"goes on after step {_trainer.StepsDone} of {_trainer.TotalSteps}, from {_checkpoints.Latest}");
    }

    private BurdenSession BeginBurden(BurdenNetworks networks)
    {
        networks.Restore();
        var meter = new BurdenMeter(
            _device, _trainImages, _config.Burden.ProbeImages, _config.Burden.Beta, _config.Seed);
        return new BurdenSession(
            _config, _trainer.Model, _trainer, meter, networks, _folder.Burden, DescribeModel);
    }

    // A signal reaches the ranks at different steps; they stop after the same one.
    private void ThrowIfStopped(CancellationToken cancellation)
    {
        if (_exchange?.Any(cancellation.IsCancellationRequested) ?? cancellation.IsCancellationRequested)
            throw new OperationCanceledException(cancellation);
    }

    private void RunEpoch(int epoch, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        double speed = TrainEpoch(epoch, start, cancellation);
        // One rank alone must not leave what all do together.
        if (_exchange is not null) cancellation = CancellationToken.None;
        var (loss, accuracy) = _trainer.Recent(_trainer.StepsPerEpoch);
        bool final = epoch == _config.Train.Epochs - 1;
        FinishPruning(final);
        _recorder.Report(TrainingPhase.Evaluating, epoch, (loss, accuracy, 0));
        bool evaluate = final || (epoch + 1) % _config.Train.EvalEvery == 0;
        // Early stopping looks at every epoch; without it, held-out images are evaluated when the test set is.
        bool validate = evaluate || _config.Train.EarlyStopping > 0;
        var validation = validate ? _evaluation.Validate(cancellation) : null;
        int? stale = _stopping.StaleEpochs(Records.Epochs, validation, _trainer.Pruner?.Sparsity ?? 0);
        final |= _stopping.IsDue(stale);
        evaluate |= final;
        FinishPruning(final);
        if (evaluate) _evaluation.Run(cancellation);
        double? burden = MeasureBurden(epoch, final, (loss, accuracy, 0));
        if (evaluate && _evaluation.Merges() is var (_, picture)) _recorder.AddMerges(picture);

        var (test, average) = evaluate ? (_evaluation.Test, _evaluation.AverageTest) : default;
        var statistics = _trainer.Pruner?.Statistics();
        _trainer.Pruner?.BeginPeriod();
        var record = new EpochRecord
        {
            Epoch = epoch + 1,
            Step = _trainer.StepsDone,
            Lr = _trainer.LearningRateNow,
            TrainLoss = loss,
            TrainAccuracy = accuracy,
            TestLoss = test?.Loss,
            TestAccuracy = test?.Accuracy,
            EmaTestLoss = average?.Loss,
            EmaTestAccuracy = average?.Accuracy,
            ValidationLoss = validation?.Loss,
            ValidationAccuracy = validation?.Accuracy,
            StaleEpochs = stale,
            Sparsity = statistics?.All.Sparsity ?? 0,
            FlipRate = statistics?.PeriodFlipRate,
            MaskUpdates = statistics?.PeriodUpdates,
            ReturnRate = statistics?.All.ReturnRate,
            InTimeRate = statistics?.All.InTimeRate,
            Burden = burden,
            TrainImagesPerSecond = speed,
            EvalImagesPerSecond = test?.ImagesPerSecond,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
        _recorder.Add(record);
        _recorder.Report(TrainingPhase.Training, epoch, (loss, accuracy, speed), record);
        if (_checkpoints.IsDueAfterEpoch && !IsOver) SaveCheckpoint();
    }

    /// <summary>The steps of an epoch that are left; returns images per second of training alone.</summary>
    private double TrainEpoch(int epoch, long start, CancellationToken cancellation)
    {
        int steps = _trainer.StepsPerEpoch, first = _trainer.StepsDone, end = (epoch + 1) * steps;
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
            var (loss, accuracy) = _trainer.Recent(StepsBetweenReports);
            double elapsed = TrainingTime();
            double speed = (double)(done - first) * _config.Train.BatchSize / elapsed;
            _recorder.Report(TrainingPhase.Training, epoch, (loss, accuracy, speed));
        }

        ThrowIfStopped(cancellation);
        double seconds = TrainingTime();
        long images = (long)(end - first) * _config.Train.BatchSize;
        Records.TrainSeconds += seconds;
        Records.TrainedImages += images;
        return images == 0 ? 0 : images / seconds;

        double TrainingTime() =>
            (Stopwatch.GetElapsedTime(start) - (_burden?.WithinEpochs ?? default) + measured).TotalSeconds;
    }

    private void FinishPruning(bool final)
    {
        if (final && _trainer.Pruner is { IsFinished: false } pruner) pruner.Finish();
        _trainer.WriteEffective();
    }

    /// <summary>The mean burden at the end of an epoch; null where it is not measured.</summary>
    private double? MeasureBurden(int epoch, bool final, (double Loss, double Accuracy, double Speed) recent)
    {
        if (_burden is null) return null;
        _recorder.Report(TrainingPhase.MeasuringBurden, epoch, recent);
        if (_burden.AfterEpoch(epoch, final) is not { } records) return null;
        _recorder.AddLoads([.. _burden.Meter.Units.Select(u => u.Rate)]);
        return records.Average(r => r.Burden);
    }

    private SilencingRecord CompareSilenced(CancellationToken cancellation)
    {
        // Measured anew, so that a run resumed after its last epoch ranks the same units.
        _burden!.MeasureNow();
        return _evaluation.Silencing().Compare(_burden.Meter, _config.Seed, cancellation);
    }

    private void SaveCheckpoint(bool final = false)
    {
        // Losses are looked at before the state that they led to replaces an older one.
        _trainer.Recent(_trainer.StepsPerEpoch);
        _recorder.CountWallTime();
        _checkpoints.Save(Records, final);
    }

    private void SaveWhereItStopped()
    {
        if (_trainer.StepsDone == _checkpoints.SavedStep) return;
        _recorder.Report(TrainingPhase.Saving, Records.Epochs.Count);
        SaveCheckpoint();
        _recorder.Notify(
            $"stopped after step {_trainer.StepsDone} of {_trainer.TotalSteps}; 'nb resume {_folder.Path}' goes on");
    }

    private void SaveModel(string path) => ModelFile
        .Of(_device, _trainer.Model, _trainer.Pruner, _config, _train, DescribeModel()).Save(path);

    private void SaveSnapshot(string path)
    {
        _trainer.WriteEffective();
        SaveModel(path);
    }

    private CheckpointInfo DescribeModel() => new(
        _trainer.StepsDone,
        Records.Epochs.Count,
        _trainer.StepsDone,
        (ulong)_config.Seed,
        ConfigText.Hash(_config),
        _config.Device,
        EnvironmentProbe.ProgramVersion)
    {
        Content = _checkpoints.Content.ToString(),
    };
}
