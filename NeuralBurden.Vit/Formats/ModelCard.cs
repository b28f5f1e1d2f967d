using System.Globalization;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// What a program needs beside the weights to run a model file: the network's shape and the normalisation of
/// its input, <c>x' = (x - Mean) / Std</c> per channel with x in [0, 1]. Lies in the metadata under
/// <c>model.*</c>.
/// </summary>
/// <param name="ImageSize">Height and width in pixels, a multiple of <paramref name="PatchSize"/>.</param>
/// <param name="Dim">Token width, a multiple of <paramref name="Heads"/>.</param>
/// <param name="MlpHidden">Hidden units of each MLP.</param>
public sealed record ModelCard(
    int ImageSize, int Channels, int PatchSize, int Dim, int Depth, int Heads, int MlpHidden, int Classes,
    IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    private const int Most = 1 << 20;
    private const string BlockHeads = "model.block_heads";
    private const string BlockMlpHidden = "model.block_mlp_hidden";

    /// <summary>
    /// What each block of a shrunk model has left, <c>model.block_heads</c> and <c>model.block_mlp_hidden</c>; empty where
    /// all blocks are alike. A head's width stays Dim / Heads.
    /// </summary>
    public IReadOnlyList<BlockShape> Blocks { get; init; } = [];

    public void WriteTo(Checkpoint checkpoint)
    {
        checkpoint.SetExtra("model.image_size", Text(ImageSize));
        checkpoint.SetExtra("model.channels", Text(Channels));
        checkpoint.SetExtra("model.patch_size", Text(PatchSize));
        checkpoint.SetExtra("model.dim", Text(Dim));
        checkpoint.SetExtra("model.depth", Text(Depth));
        checkpoint.SetExtra("model.heads", Text(Heads));
        checkpoint.SetExtra("model.mlp_hidden", Text(MlpHidden));
        checkpoint.SetExtra("model.classes", Text(Classes));
        checkpoint.SetExtra("model.mean", string.Join(',', Mean.Select(Text)));
        checkpoint.SetExtra("model.std", string.Join(',', Std.Select(Text)));
        if (Blocks.Count == 0) return;
        checkpoint.SetExtra(BlockHeads, string.Join(',', Blocks.Select(b => Text(b.Heads))));
        checkpoint.SetExtra(BlockMlpHidden, string.Join(',', Blocks.Select(b => Text(b.MlpDim))));
    }

    /// <summary>The network's extents.</summary>
    public VitShape Shape(bool classToken) => new(
        Channels, ImageSize, ImageSize, PatchSize, Dim, Depth, Heads, MlpHidden, Classes, classToken)
    {
        Blocks = [.. Blocks],
    };

    /// <summary>The blocks of a shrunk model's file; none for any other.</summary>
    /// <param name="checkpoint">A model file, of this program or another.</param>
    /// <param name="depth">Blocks that the model has.</param>
    /// <param name="heads">Most heads of a block.</param>
    /// <param name="hidden">Most hidden units of a block.</param>
    /// <exception cref="CheckpointFormatException">The counts are not such ones; names the key.</exception>
    public static IReadOnlyList<BlockShape> ReadBlocks(Checkpoint checkpoint, int depth, int heads, int hidden)
    {
        var metadata = new MetadataReader(checkpoint.Source, checkpoint.Extra);
        if (!metadata.Has(BlockHeads) && !metadata.Has(BlockMlpHidden)) return [];
        int[] left = Counts(metadata, BlockHeads, depth, heads);
        return [.. left.Zip(Counts(metadata, BlockMlpHidden, depth, hidden), (h, m) => new BlockShape(h, m))];
    }

    /// <exception cref="CheckpointFormatException">A value is missing, out of range or contradicts
    /// another.</exception>
    public static ModelCard Read(Checkpoint checkpoint)
    {
        var metadata = new MetadataReader(checkpoint.Source, checkpoint.Extra);
        int channels = metadata.Within("model.channels", 1, Most);
        var card = new ModelCard(
            metadata.Within("model.image_size", 1, Most),
            channels,
            metadata.Within("model.patch_size", 1, Most),
            metadata.Within("model.dim", 1, Most),
            metadata.Within("model.depth", 0, Most),
            metadata.Within("model.heads", 1, Most),
            metadata.Within("model.mlp_hidden", 0, Most),
            metadata.Within("model.classes", 1, Most),
            Numbers(metadata, "model.mean", channels, _ => true),
            Numbers(metadata, "model.std", channels, value => value > 0));
        if (card.ImageSize % card.PatchSize != 0)
            throw metadata.Error(
                "model.patch_size", $"is {card.PatchSize}, which does not divide {card.ImageSize} pixels");
        if (card.Dim % card.Heads != 0)
            throw metadata.Error("model.heads", $"is {card.Heads}, which does not divide dim {card.Dim}");
        return card with { Blocks = ReadBlocks(checkpoint, card.Depth, card.Heads, card.MlpHidden) };
    }

    private static int[] Counts(MetadataReader metadata, string key, int count, int most)
    {
        string[] texts = metadata.Text(key).Split(',');
        int[] values = new int[texts.Length];
        bool sound = texts.Length == count;
        for (int i = 0; i < texts.Length && sound; i++)
            sound = int.TryParse(texts[i], CultureInfo.InvariantCulture, out values[i]) && values[i] >= 1 && values[i] <= most;
        return sound
            ? values
            : throw metadata.Error(key, $"is '{metadata.Text(key)}'; expected {count} whole numbers from 1 to {most}");
    }

    private static float[] Numbers(MetadataReader metadata, string key, int count, Func<float, bool> isLegal)
    {
        string[] texts = metadata.Text(key).Split(',');
        float[] values = new float[texts.Length];
        bool sound = texts.Length == count;
        for (int i = 0; i < texts.Length && sound; i++)
            sound = float.TryParse(texts[i], CultureInfo.InvariantCulture, out values[i])
                && float.IsFinite(values[i]) && isLegal(values[i]);
        return sound
            ? values
            : throw metadata.Error(
                key, $"is '{metadata.Text(key)}'; expected {count} finite numbers, std above 0");
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
