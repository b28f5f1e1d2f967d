using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Interchange;

/// <summary>The merging of a stored model, as the config in its metadata says.</summary>
internal static class StoredMerging
{
    /// <summary>
    /// Whether a run's model merges at the moment that its file was written, as the run's own evaluation then did; a file
    /// that does not tell its moment counts as the end of training.
    /// </summary>
    public static bool IsActive(RunConfig config, CheckpointInfo at)
    {
        var schedule = new MergeSchedule(config.Tokens, config.Train.Epochs);
        return at.EpochsDone is { } epochs ? schedule.MergesAfter(epochs) : schedule.ActiveAtEnd;
    }

    /// <summary>What the stored model merges; null where it merges nothing, or another program wrote it.</summary>
    /// <exception cref="Pruning.Errors.SettingException">
    /// The config is damaged, or the model cannot merge so; names the key.
    /// </exception>
    public static TokenMerging? Of(Checkpoint file, VitShape shape)
    {
        if (!file.Extra.TryGetValue(CheckpointKeys.Config, out string? yaml)) return null;
        var config = ConfigText.OfYaml(yaml);
        return IsActive(config, file.Info)
            ? MergingCatalog.Create(config.Tokens, shape, (ulong)config.Seed)
            : null;
    }
}
