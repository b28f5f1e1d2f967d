using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>The checkpoints of one run, the last two and the best by test accuracy.</summary>
internal sealed class TrainingCheckpoints
{
    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly ImageDataset _train;
    private readonly Trainer _trainer;
    private readonly CheckpointFolder _folder;
    private readonly int _every;
    private readonly bool _writes;

    /// <summary>Removes what killed processes left half-written in the run's folder.</summary>
    public TrainingCheckpoints(
        Device device, RunConfig config, ImageDataset train, ContentFingerprint content, Trainer trainer, RunFolder run)
    {
        (_device, _config, _train, Content, _trainer) = (device, config, train, content, trainer);
        _writes = !run.IsFollower;
        if (_writes) AtomicFile.RemoveLeftovers(run.CheckpointsPath);
        AtomicFile.RemoveLeftovers(run.Path);
        _folder = new CheckpointFolder(run.CheckpointsPath);
        var every = config.Train.CheckpointEvery;
        _every = every.Amount == 0 ? int.MaxValue : Math.Max(1, every.ToSteps(trainer.StepsPerEpoch, trainer.TotalSteps));
    }

    /// <summary>
    /// What the run computes from; once it goes on, with what its checkpoints remember of files that are gone.
    /// </summary>
    public ContentFingerprint Content { get; private set; }

    /// <summary>The newest sound checkpoint; null where there is none.</summary>
    public string? Latest { get; private set; }

    /// <summary>Steps done when <see cref="Latest"/> was taken.</summary>
    public int SavedStep { get; private set; }

    /// <summary>Whether a checkpoint is due after a step inside an epoch.</summary>
    public bool IsDueWithinEpoch => _trainer.StepsDone % _every == 0 && _trainer.StepsDone % _trainer.StepsPerEpoch != 0;

    /// <summary>Whether a checkpoint is due now that an epoch is over and recorded, and is not the last.</summary>
    public bool IsDueAfterEpoch => _every <= _trainer.StepsPerEpoch || _trainer.StepsDone - SavedStep >= _every;

    /// <summary>Whether the run's last checkpoint is there.</summary>
    public bool IsFinal => Latest == _folder.Final;

    /// <param name="records">What the run has recorded.</param>
    /// <param name="final">Whether it is the last: the run's model, with its state beside it.</param>
    /// <exception cref="IOException">It cannot be written, for want of space say; the older ones are
    /// intact.</exception>
    public void Save(SessionRecords records, bool final = false)
    {
        int perEpoch = _trainer.StepsPerEpoch, step = _trainer.StepsDone, epochs = records.Epochs.Count;
        _trainer.GatherRecords();
        _trainer.WriteEffective();
        if (!_trainer.AgreesOnState())
            throw new MpiException($"the ranks have different weights or masks after step {step}; the last checkpoint stays");
        if (!_writes)
        {
            (Latest, SavedStep) = (final ? _folder.Final : _folder.FileOf(step), step);
            return;
        }

        var info = new CheckpointInfo(
            step,
            epochs,
            (long)(step - (epochs * perEpoch)) * _config.Train.BatchSize,
            (ulong)_config.Seed,
            ConfigText.Hash(_config),
            _config.Device,
            EnvironmentProbe.ProgramVersion)
        {
            Content = Content.ToString(),
            StepsPerEpoch = perEpoch,
            Score = step == epochs * perEpoch && epochs > 0 ? records.Epochs[^1].TestAccuracy : null,
        };
        var checkpoint = new Checkpoint(CheckpointKind.Training, info);
        _trainer.AddTo(checkpoint);
        records.AddTo(checkpoint);
        var model = ModelFile.Of(_device, _trainer.Model, _trainer.Pruner, _config, _train, info);
        Latest = _folder.Save(model, checkpoint, final);
        SavedStep = step;
    }

    /// <summary>Sets the trainer and the records back to the newest sound checkpoint.</summary>
    /// <returns>Whether there is one, and the newer files that are damaged.</returns>
    /// <exception cref="CheckpointFormatException">It belongs to another config.</exception>
    public (bool Found, IReadOnlyList<DamagedCheckpoint> Damaged) Restore(SessionRecords records)
    {
        var (checkpoint, file, damaged) = _folder.FindLatest();
        if (checkpoint is null && damaged.Count > 0)
        {
            throw new CheckpointFormatException(
                damaged[0].File,
                "checkpoints",
                $"all {damaged.Count} are damaged, this one: {damaged[0].Problem}. Remove {_folder.Path}"
                + $"{(damaged.Any(d => d.File == _folder.Final) ? $" and {_folder.Final}" : "")} to train the run anew");
        }

        if (checkpoint is null) return (false, damaged);
        string hash = ConfigText.Hash(_config);
        if (checkpoint.Kind != CheckpointKind.Training || checkpoint.Info.ConfigHash != hash)
        {
            throw new CheckpointFormatException(
                file!, "nb.config_hash", $"is {checkpoint.Info.ConfigHash}; the run's config has {hash}");
        }

        RequireSameContent(checkpoint);
        records.Restore(checkpoint);
        int before = (records.Epochs.Count * _trainer.StepsPerEpoch) - 1, step = (int)checkpoint.Info.Step;
        if (step <= before || step - before - 1 > _trainer.StepsPerEpoch)
        {
            throw new CheckpointFormatException(
                file!, CheckpointKeys.Run + "metrics", $"has {records.Epochs.Count} epochs, which do not go with step {step}");
        }

        _trainer.Restore(checkpoint);
        (Latest, SavedStep) = (file, step);
        return (true, damaged);
    }

    private void RequireSameContent(Checkpoint checkpoint)
    {
        if (checkpoint.Info.Content is not { } text)
        {
            throw new CheckpointFormatException(
                checkpoint.Source,
                CheckpointKeys.Content,
                $"is missing: version {checkpoint.Info.ProgramVersion} did not note which images the run is trained on, so it "
                + "cannot go on; remove its folder to train it anew");
        }

        try
        {
            var then = ContentFingerprint.Parse(text);
            ContentChangedException.ThrowIfChanged($"{checkpoint.Source} cannot go on with other contents", then, Content);
            Content = then;
        }
        catch (FormatException e)
        {
            throw new CheckpointFormatException(checkpoint.Source, CheckpointKeys.Content, e.Message, e);
        }
    }
}
