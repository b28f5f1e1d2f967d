using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Interchange;

/// <summary>The merging of a stored model, as the config in its metadata says.</summary>
internal static class StoredMerging
{
    /// <summary>What the trained model merges; null where it merges nothing, or another program wrote it.</summary>
    /// <exception cref="Pruning.Errors.SettingException">
    /// The config is damaged, or the model cannot merge so; names the key.
    /// </exception>
    public static TokenMerging? Of(Checkpoint file, VitShape shape)
    {
        if (!file.Extra.TryGetValue(CheckpointKeys.Config, out string? yaml)) return null;
        var config = ConfigText.OfYaml(yaml);
        return new MergeSchedule(config.Tokens, config.Train.Epochs).ActiveAtEnd
            ? MergingCatalog.Create(config.Tokens, shape, (ulong)config.Seed)
            : null;
    }
}
