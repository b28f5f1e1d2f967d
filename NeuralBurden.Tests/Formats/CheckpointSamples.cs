using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Tests.Formats;

internal static class CheckpointSamples
{
    public const string Weight = "blocks.0.mlp.fc1.weight";

    /// <summary>13 weights, so that the mask's last byte has spare bits; kept are the even ones.</summary>
    public static ulong[] MaskWords => [0b1_0101_0101_0101];

    public static CheckpointInfo Info(long step = 12_000, double? score = null) =>
        new(step, 3, 512, ulong.MaxValue, "0123abcd", "cpu", "0.1.0") { Score = score };

    public static Checkpoint TrainingFile(long step = 12_000, double? score = null)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Training, Info(step, score));
        float[] weights = [.. Enumerable.Range(1, 13).Select(i => i * 0.5f)];
        checkpoint.Add(Weight, [1, 13], weights);
        checkpoint.Add("head.bias", [2], new[] { -1f, 1f });
        checkpoint.AddMask(Weight, 13, MaskWords);
        checkpoint.Add("optim.m." + Weight, [1, 13], new float[13]);
        checkpoint.Add(CheckpointKeys.Ema + Weight, [1, 13], weights);
        checkpoint.Add(NamedTensor.Of("pruner.updates", [1], new[] { 17L }));
        checkpoint.SetExtra("note", "ü");
        return checkpoint;
    }

    /// <summary>What of <see cref="TrainingFile"/> computes.</summary>
    public static Checkpoint ModelFile(long step = 12_000, double? score = null)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Model, Info(step, score));
        float[] stored = [.. Enumerable.Range(1, 13).Select(i => i * 0.5f)];
        checkpoint.Add(Weight, [1, 13], stored.Select((w, i) => i % 2 == 0 ? w : 0).ToArray());
        checkpoint.Add("head.bias", [2], new[] { -1f, 1f });
        checkpoint.AddMask(Weight, 13, MaskWords);
        Card.WriteTo(checkpoint);
        return checkpoint;
    }

    public static ModelCard Card => new(32, 32, 3, 4, 64, 4, 4, 256, 10, [0.1f, 0.2f, 0.3f], [1f, 0.5f, 1e-3f]);
}
