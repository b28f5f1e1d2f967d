using System.Globalization;
using System.Text.Json;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// What a program needs beside the weights to run a model file: the network's shape and the normalisation of
/// its input, <c>x' = (x - Mean) / Std</c> per channel with x in [0, 1]. Lies in the metadata under
/// <c>model.*</c>.
/// </summary>
/// <param name="ImageHeight">Rows of pixels, a multiple of <paramref name="PatchSize"/>.</param>
/// <param name="ImageWidth">Likewise columns.</param>
/// <param name="Dim">Token width, a multiple of <paramref name="Heads"/>.</param>
/// <param name="MlpHidden">Hidden units of each MLP.</param>
public sealed record ModelCard(
    int ImageHeight, int ImageWidth, int Channels, int PatchSize, int Dim, int Depth, int Heads, int MlpHidden, int Classes,
    IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    private const int Most = 1 << 20;
    // Where both extents are equal, the one key that other programs read.
    private const string Size = "model.image_size", HeightKey = "model.image_height", WidthKey = "model.image_width";
    private const string VariantKey = "model.variant", ClassesKey = "model.class_names";
    private const string BlockHeads = "model.block_heads";
    private const string BlockMlpHidden = "model.block_mlp_hidden";

    /// <summary>
    /// What each block of a shrunk model has left, <c>model.block_heads</c> and <c>model.block_mlp_hidden</c>; empty where
    /// all blocks are alike. A head's width stays Dim / Heads.
    /// </summary>
    public IReadOnlyList<BlockShape> Blocks { get; init; } = [];

    /// <summary>In what the network is no plain ViT, <c>model.variant</c>.</summary>
    public VitVariant Variant { get; init; } = VitVariant.Plain;

    /// <summary>In the order of the logits, <c>model.class_names</c>, a JSON list; null where they are not known.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The card of a network; no mean and deviation where the normalisation is not known.</summary>
    public static ModelCard Of(
        VitShape shape, IReadOnlyList<float> mean, IReadOnlyList<float> std, IReadOnlyList<string>? classNames) => new(
        shape.Height, shape.Width, shape.Channels, shape.Patch, shape.Dim, shape.Depth, shape.Heads, shape.MlpDim,
        shape.Classes, mean, std)
        {
            Blocks = shape.Blocks,
            Variant = shape.Variant,
            ClassNames = classNames,
        };

    public void WriteTo(Checkpoint checkpoint)
    {
        if (ImageHeight == ImageWidth) checkpoint.SetExtra(Size, Text(ImageHeight));
        checkpoint.SetExtra(HeightKey, Text(ImageHeight));
        checkpoint.SetExtra(WidthKey, Text(ImageWidth));
        checkpoint.SetExtra("model.channels", Text(Channels));
        checkpoint.SetExtra("model.patch_size", Text(PatchSize));
        checkpoint.SetExtra("model.dim", Text(Dim));
        checkpoint.SetExtra("model.depth", Text(Depth));
        checkpoint.SetExtra("model.heads", Text(Heads));
        checkpoint.SetExtra("model.mlp_hidden", Text(MlpHidden));
        checkpoint.SetExtra("model.classes", Text(Classes));
        if (Mean.Count > 0)
        {
            checkpoint.SetExtra("model.mean", string.Join(',', Mean.Select(Text)));
            checkpoint.SetExtra("model.std", string.Join(',', Std.Select(Text)));
        }

        if (Variant != VitVariant.Plain) checkpoint.SetExtra(VariantKey, Variant.ToString());
        if (ClassNames is not null) checkpoint.SetExtra(ClassesKey, JsonSerializer.Serialize(ClassNames));
        if (Blocks.Count == 0) return;
        checkpoint.SetExtra(BlockHeads, string.Join(',', Blocks.Select(b => Text(b.Heads))));
        checkpoint.SetExtra(BlockMlpHidden, string.Join(',', Blocks.Select(b => Text(b.MlpDim))));
    }

    /// <summary>The network's extents.</summary>
    public VitShape Shape(bool classToken) => new(
        Channels, ImageHeight, ImageWidth, PatchSize, Dim, Depth, Heads, MlpHidden, Classes, classToken)
    {
        Blocks = [.. Blocks],
        Variant = Variant,
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
        bool unknown = !metadata.Has("model.mean") && !metadata.Has("model.std");
        var card = new ModelCard(
            Extent(metadata, HeightKey),
            Extent(metadata, WidthKey),
            channels,
            metadata.Within("model.patch_size", 1, Most),
            metadata.Within("model.dim", 1, Most),
            metadata.Within("model.depth", 0, Most),
            metadata.Within("model.heads", 1, Most),
            metadata.Within("model.mlp_hidden", 0, Most),
            metadata.Within("model.classes", 1, Most),
            unknown ? [] : Numbers(metadata, "model.mean", channels, _ => true),
            unknown ? [] : Numbers(metadata, "model.std", channels, value => value > 0));
        if (card.ImageHeight % card.PatchSize != 0 || card.ImageWidth % card.PatchSize != 0)
        {
            throw metadata.Error(
                "model.patch_size",
                $"is {card.PatchSize}, which does not divide {card.ImageWidth} x {card.ImageHeight} pixels");
        }

        if (card.Dim % card.Heads != 0)
            throw metadata.Error("model.heads", $"is {card.Heads}, which does not divide dim {card.Dim}");
        return card with
        {
            Blocks = ReadBlocks(checkpoint, card.Depth, card.Heads, card.MlpHidden),
            Variant = ReadVariant(metadata),
            ClassNames = ReadNames(metadata, card.Classes),
        };
    }

    /// <summary>
    /// Rows and columns of the grid of patches that a file's positions lie in, as its own metadata says; null where they
    /// say nothing.
    /// </summary>
    /// <exception cref="CheckpointFormatException">They are no extents.</exception>
    internal static (int Rows, int Columns)? ReadGrid(MetadataReader metadata)
    {
        if (!metadata.Has("model.patch_size") || (!metadata.Has(Size) && !metadata.Has(HeightKey))) return null;
        int patch = metadata.Within("model.patch_size", 1, Most);
        return (Extent(metadata, HeightKey) / patch, Extent(metadata, WidthKey) / patch);
    }

    private static VitVariant ReadVariant(MetadataReader metadata)
    {
        if (!metadata.Has(VariantKey)) return VitVariant.Plain;
        try
        {
            return VitVariant.Parse(metadata.Text(VariantKey));
        }
        catch (FormatException e)
        {
            throw metadata.Error(VariantKey, e.Message);
        }
    }

    private static IReadOnlyList<string>? ReadNames(MetadataReader metadata, int classes)
    {
        if (!metadata.Has(ClassesKey)) return null;
        try
        {
            string[]? names = JsonSerializer.Deserialize<string[]>(metadata.Text(ClassesKey));
            if (names?.Length == classes) return names;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw metadata.Error(ClassesKey, $"is no JSON list of {classes} names");
    }

    // Files of version 0.1.0 have one side; their images were square.
    private static int Extent(MetadataReader metadata, string key) =>
        metadata.Within(metadata.Has(key) ? key : Size, 1, Most);

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
        {
            sound = float.TryParse(texts[i], CultureInfo.InvariantCulture, out values[i])
                && float.IsFinite(values[i]) && isLegal(values[i]);
        }

        return sound
            ? values
            : throw metadata.Error(
                key, $"is '{metadata.Text(key)}'; expected {count} finite numbers, std above 0");
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
