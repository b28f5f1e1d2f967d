using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Options;

/// <summary>The config of a stored model: the one that it carries, or for a file of another program one of its shape.</summary>
internal static class StoredConfig
{
    /// <summary>
    /// The config that a checkpoint carries, with what the command line changes; its data, where they are not changed, are
    /// those that it was trained with.
    /// </summary>
    /// <exception cref="ContentChangedException">They are others now.</exception>
    public static RunConfig For(
        Shell shell, string checkpoint, CommonOptions common, ParseResult parsed, ModelHints hints)
    {
        var overrides = common.Overrides(parsed);
        var (file, foreign, info) = Of(checkpoint, hints);
        var config = ConfigExpansion.Single(file, overrides);
        if (foreign) RequireData(checkpoint, config, overrides);
        bool otherData = overrides.Settings.Any(s => s.Key.StartsWith("data.", StringComparison.Ordinal));
        if (!otherData && info.Content is { } text)
        {
            // Weights and methods are in the file.
            ContentChangedException.ThrowIfChanged(
                $"{checkpoint} belongs to other images (--set data.name=... takes others)",
                ContentFingerprint.Parse(text).OfImagesAlone,
                shell.Engine.Fingerprint(config, common.Options(parsed)).OfImagesAlone);
        }

        return config;
    }

    /// <summary>
    /// The config, whether the file is another program's, so that nothing is known of its images, and its origin.
    /// </summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static (ConfigFile Config, bool IsForeign, CheckpointInfo Info) Of(string checkpoint, ModelHints hints)
    {
        if (!File.Exists(checkpoint)) throw new UserException($"there is no checkpoint {checkpoint}");
        var file = Checkpoint.Load(checkpoint);
        if (file.Extra.TryGetValue(CheckpointKeys.Config, out string? yaml))
            return (ConfigFile.Parse($"{checkpoint}[{CheckpointKeys.Config}]", yaml), false, file.Info);
        if (file.Kind == CheckpointKind.Training)
            throw new UserException($"{checkpoint}: has no '{CheckpointKeys.Config}' in its metadata");
        string shape = ConfigText.ToYaml(Of(StoredModel.Open(checkpoint, hints)));
        return (ConfigFile.Parse($"{checkpoint}[shape]", shape), true, file.Info);
    }

    /// <summary>A config of the model's shape and, where that is known, its normalisation.</summary>
    public static RunConfig Of(StoredModel model) => RunConfig.Default with
    {
        Model = model.Shape.ToConfig(new ModelConfig()),
        Data = new DataConfig { Normalize = model.Normalization ?? Normalization.Dataset },
    };

    /// <exception cref="UserException">Nothing says which images, or how they are normalised.</exception>
    public static void RequireData(string checkpoint, RunConfig config, ConfigOverrides overrides)
    {
        if (overrides.Settings.All(s => s.Key != "data.name"))
        {
            throw new UserException(
                $"{checkpoint} does not say on which images: --set data.name=NAME ('nb data list' lists them)");
        }

        if (config.Data.Normalize.IsDataset && overrides.Settings.All(s => s.Key != "data.normalize"))
        {
            throw new UserException(
                $"{checkpoint} does not say how its input is normalised: --normalize imagenet, half or MEANS,DEVIATIONS "
                + "(--set data.normalize=dataset takes the images' own)");
        }
    }
}
