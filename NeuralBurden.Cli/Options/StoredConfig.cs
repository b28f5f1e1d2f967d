using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Options;

/// <summary>Configs that model files carry.</summary>
internal static class StoredConfig
{
    /// <summary>
    /// The config that a checkpoint carries, with what the command line changes; its data, where they are not changed, are
    /// those that it was trained with.
    /// </summary>
    /// <exception cref="ContentChangedException">They are others now.</exception>
    public static RunConfig For(Shell shell, string checkpoint, CommonOptions common, ParseResult parsed)
    {
        var overrides = common.Overrides(parsed);
        var config = ConfigExpansion.Single(Of(checkpoint), overrides);
        bool otherData = overrides.Settings.Any(s => s.Key.StartsWith("data.", StringComparison.Ordinal));
        if (!otherData && Checkpoint.LoadInfo(checkpoint).Content is { } text)
        {
            // Weights and methods are in the file.
            var then = ContentFingerprint.Parse(text) with { InitSha256 = null, MethodSha256 = null };
            var now = shell.Engine.Fingerprint(config, common.Options(parsed)) with { InitSha256 = null, MethodSha256 = null };
            ContentChangedException.ThrowIfChanged(
                $"{checkpoint} belongs to other images (--set data.name=... takes others)", then, now);
        }

        return config;
    }

    /// <summary>The config that a checkpoint carries.</summary>
    public static ConfigFile Of(string checkpoint)
    {
        if (!File.Exists(checkpoint))
            throw new UserException($"there is no checkpoint {checkpoint}");
        return Checkpoint.Load(checkpoint).Extra.TryGetValue(ModelFile.ConfigKey, out string? yaml)
            ? ConfigFile.Parse($"{checkpoint}[{ModelFile.ConfigKey}]", yaml)
            : throw new UserException($"{checkpoint}: has no '{ModelFile.ConfigKey}' in its metadata");
    }
}
