using NeuralBurden.Compute.Contracts;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Inference;

/// <summary>Model files with random weights, as a run would have left them, and images for them.</summary>
internal static class SavedModel
{
    public static VitShape Shape { get; } = new(3, 12, 8, 4, 32, 2, 4, 256, 5, ClassToken: true);

    /// <param name="kept">Share of the weights of prunable matrices that are kept.</param>
    public static Checkpoint Of(VitShape shape, double kept = 1, TokensConfig? tokens = null, int epochs = 1)
    {
        var file = new Checkpoint(CheckpointKind.Model, new CheckpointInfo(1, 1, 0, 1, "hash", "cpu", "test"));
        var source = new CaseSource(11);
        foreach (var (name, fileShape, extents, role) in ParameterTable.Of(shape))
        {
            float[] values = source.Floats(extents.Count, 0.3f);
            if (role == ParameterRole.Prunable && kept < 1)
            {
                var mask = new Mask(extents[0], extents[1]);
                for (int i = 0; i < values.Length; i++)
                {
                    if (source.Int(0, 999) < 1000 * kept) continue;
                    mask[i / extents[1], i % extents[1]] = false;
                    values[i] = 0;
                }

                file.AddMask(name, values.Length, mask.Words);
            }

            file.Add(name, fileShape, values);
        }

        float[] mean = [.. Enumerable.Range(0, shape.Channels).Select(c => 0.4f + (0.05f * c))];
        float[] std = [.. Enumerable.Range(0, shape.Channels).Select(c => 0.2f + (0.02f * c))];
        string[] names = [.. Enumerable.Range(0, shape.Classes).Select(i => $"class {(char)('A' + i)}")];
        ModelCard.Of(shape, mean, std, names).WriteTo(file);
        file.SetExtra(CheckpointKeys.Config, ConfigText.ToYaml(RunConfig.Default with
        {
            Tokens = tokens ?? new TokensConfig(),
            Train = new TrainConfig { Epochs = epochs },
        }));
        return file;
    }

    /// <summary>What another program would write: weights and nothing else.</summary>
    public static Checkpoint Foreign(VitShape shape, int seed)
    {
        var stored = new Checkpoint(CheckpointKind.Foreign, CheckpointInfo.Empty);
        var source = new CaseSource((ulong)seed);
        foreach (var (name, fileShape, extents, _) in ParameterTable.Of(shape))
            stored.Add(name, fileShape, source.Floats(extents.Count, 0.3f));
        return stored;
    }

    public static RasterImage Image(int width, int height, int channels, int seed) => new(
        width,
        height,
        channels,
        [.. new CaseSource((ulong)seed).Ints((long)width * height * channels, 0, 255).Select(v => (byte)v)]);
}
