using System.Diagnostics;
using NeuralBurden.Pruning;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Decides when a run's burden is measured. Besides the ends of epochs: right before the first mask change, and in every
/// epoch that is measured, right after its first mask change that leaves time to recover (t+), then again right before
/// the next change or at the end. Where masks change at every step there is nothing to recover from, and neither is
/// measured.
/// </summary>
internal sealed class BurdenSession
{
    private readonly RunConfig _config;
    private readonly VisionTransformer _model;
    private readonly Trainer _trainer;
    private readonly RecordLog<BurdenRecord> _log;
    private readonly Func<CheckpointInfo> _info;
    private readonly Pruner? _pruner;
    private long _updates;
    private bool _captured;
    private int _measuredEpoch = -1;
    private bool _recovering;

    /// <param name="log">Has what the run measured so far; measurements are added.</param>
    /// <param name="info">Describes a file stored now.</param>
    public BurdenSession(
        RunConfig config,
        VisionTransformer model,
        Trainer trainer,
        BurdenMeter meter,
        BurdenNetworks networks,
        RecordLog<BurdenRecord> log,
        Func<CheckpointInfo> info)
    {
        (_config, _model, _trainer, Meter, Networks) = (config, model, trainer, meter, networks);
        (_log, _info, _pruner) = (log, info, trainer.Pruner);
        _updates = _pruner?.Updates ?? 0;
        if (log.Records.LastOrDefault(r => r.Phase == BurdenPhase.AfterMaskChange) is not { } last) return;
        _measuredEpoch = last.Epoch - 1;
        _recovering = !log.Records.Any(r => r.Phase == BurdenPhase.Recovered && r.Step >= last.Step);
    }

    public BurdenMeter Meter { get; }

    public BurdenNetworks Networks { get; }

    /// <summary>Time spent on measuring within epochs, which is no training time.</summary>
    public TimeSpan WithinEpochs { get; private set; }

    /// <summary>Looks at the masks as they are before a step that may change them.</summary>
    public void BeforeStep()
    {
        if (_pruner is null || !_pruner.MayUpdate(_trainer.StepsDone)) return;
        long start = Stopwatch.GetTimestamp();
        if (!Networks.IsPruned)
        {
            _trainer.WriteEffective();
            Networks.Capture();
            _captured = true;
        }

        if (_recovering)
        {
            Measure(_model, Networks.Now, BurdenPhase.Recovered);
            _recovering = false;
        }

        WithinEpochs += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Looks at what a step did to the masks.</summary>
    public void AfterStep()
    {
        if (_pruner is null || _pruner.Updates == _updates) return;
        _updates = _pruner.Updates;
        if (!Networks.IsPruned) return;
        long start = Stopwatch.GetTimestamp();
        int step = _trainer.StepsDone, epoch = (step - 1) / _trainer.StepsPerEpoch;
        if (_captured)
        {
            _captured = false;
            Networks.Save(_info());
            Measure(Networks.Before!, BurdenBaseline.Self, BurdenPhase.BeforePruning, step - 1);
        }

        if (epoch != _measuredEpoch && IsMeasured(epoch) && step < _trainer.TotalSteps && !_pruner.MayUpdate(step))
        {
            Measure(_model, Networks.Now, BurdenPhase.AfterMaskChange);
            (_measuredEpoch, _recovering) = (epoch, true);
        }

        WithinEpochs += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Measures an epoch that is over; null where it is not due.</summary>
    /// <param name="final">Whether training is over.</param>
    public IReadOnlyList<BurdenRecord>? AfterEpoch(int epoch, bool final)
    {
        if (!final && !IsMeasured(epoch)) return null;
        var records = Measure(_model, Networks.Now, BurdenPhase.EpochEnd);
        if (_recovering && final)
        {
            _recovering = false;
            _log.Append([.. records.Where(r => r.Site == BurdenSite.Mlp).Select(r => r with { Phase = BurdenPhase.Recovered })]);
        }

        return records;
    }

    /// <summary>Measures without a record, for who needs the units' figures.</summary>
    public void MeasureNow()
    {
        _trainer.WriteEffective();
        int epoch = (_trainer.StepsDone - 1) / _trainer.StepsPerEpoch;
        Meter.Measure(_model, Networks.Now, new BurdenMoment(
            epoch + 1, _trainer.StepsDone, BurdenPhase.Recovered, _trainer.MergesAfter(_trainer.StepsDone)));
    }

    private bool IsMeasured(int epoch) =>
        epoch == _config.Train.Epochs - 1 || (epoch + 1) % _config.Burden.Every == 0;

    private IReadOnlyList<BurdenRecord> Measure(
        VisionTransformer model, BurdenBaseline baseline, BurdenPhase phase, int? atStep = null)
    {
        int step = atStep ?? _trainer.StepsDone, epoch = (Math.Max(1, step) - 1) / _trainer.StepsPerEpoch;
        if (model == _model) _trainer.WriteEffective();
        var records = Meter.Measure(model, baseline, new BurdenMoment(epoch + 1, step, phase, _trainer.MergesAfter(step)));
        _log.Append(records);
        return records;
    }
}
