using System.Collections.Immutable;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model;

/// <summary>Extents of a Vision Transformer.</summary>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Height">Height of an image in pixels, a multiple of the patch.</param>
/// <param name="Width">Width of an image in pixels, a multiple of the patch.</param>
/// <param name="Patch">Side of a square patch in pixels.</param>
/// <param name="Dim">Width d of the residual stream.</param>
/// <param name="Depth">Number of blocks L.</param>
/// <param name="Heads">Attention heads of a block; divides <paramref name="Dim"/>.</param>
/// <param name="MlpDim">Hidden units d_ff of a block's MLP.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="ClassToken">Whether the sequence starts with a class token; otherwise the tokens are averaged.</param>
public sealed record VitShape(
    int Channels,
    int Height,
    int Width,
    int Patch,
    int Dim,
    int Depth,
    int Heads,
    int MlpDim,
    int Classes,
    bool ClassToken)
{
    public int Patches => Height / Patch * (Width / Patch);

    public int PatchDim => Channels * Patch * Patch;

    /// <summary>Tokens after the embedding, before any merge.</summary>
    public int Tokens => Patches + Extra;

    /// <summary>Tokens of no patch, in front of the patches: the class token and <see cref="VitVariant.Registers"/>.</summary>
    public int Extra => (ClassToken ? 1 : 0) + Variant.Registers;

    public int HeadDim => Dim / Heads;

    /// <summary>
    /// What a shrunk model has left in each block; empty where all blocks have <see cref="Heads"/> and
    /// <see cref="MlpDim"/>. <see cref="HeadDim"/> stays.
    /// </summary>
    public ImmutableArray<BlockShape> Blocks { get; init; } = [];

    /// <summary>In what it is no plain ViT.</summary>
    public VitVariant Variant { get; init; } = VitVariant.Plain;

    public BlockShape Block(int index) => Blocks.IsEmpty ? new BlockShape(Heads, MlpDim) : Blocks[index];

    /// <exception cref="SettingException">The image is not a whole number of patches, or the heads do not divide d.</exception>
    public static VitShape Of(ModelConfig model, int channels, int height, int width, int classes)
    {
        if (height % model.Patch != 0 || width % model.Patch != 0)
        {
            throw new SettingException(
                "model.patch", $"{model.Patch} does not divide the image of {width} x {height} pixels");
        }

        if (model.Dim % model.Heads != 0)
            throw new SettingException("model.heads", $"{model.Heads} does not divide model.dim {model.Dim}");
        var blocks = BlocksOf(model);
        return new VitShape(
            channels,
            height,
            width,
            model.Patch,
            model.Dim,
            model.Depth,
            model.Heads,
            model.MlpDim,
            classes,
            model.HasClassToken)
        {
            Blocks = blocks,
            Variant = VariantOf(model),
        };
    }

    /// <summary>The model section of a config that asks for this shape, weights apart.</summary>
    public ModelConfig ToConfig(ModelConfig model) => model with
    {
        Dim = Dim,
        Depth = Depth,
        Heads = Heads,
        MlpRatio = (double)MlpDim / Dim,
        Patch = Patch,
        Pool = ClassToken ? Pooling.ClassToken : Pooling.Mean,
        Variant = Variant.ToString(),
        Blocks = Blocks.IsEmpty ? ModelConfig.None : string.Join(' ', Blocks.Select(b => $"{b.Heads}/{b.MlpDim}")),
    };

    private static VitVariant VariantOf(ModelConfig model)
    {
        try
        {
            return VitVariant.Parse(model.Variant);
        }
        catch (FormatException e)
        {
            throw new SettingException("model.variant", e.Message);
        }
    }

    private static ImmutableArray<BlockShape> BlocksOf(ModelConfig model)
    {
        if (model.Blocks == ModelConfig.None) return [];
        var blocks = model.Blocks.Split(' ').Select(b => b.Split('/').Select(int.Parse).ToArray())
            .Select(b => new BlockShape(b[0], b[1])).ToImmutableArray();
        return blocks.Length == model.Depth
            && blocks.All(b => b.Heads >= 1 && b.Heads <= model.Heads && b.MlpDim >= 1 && b.MlpDim <= model.MlpDim)
            ? blocks
            : throw new SettingException(
                "model.blocks", $"'{model.Blocks}'; allowed: {model.Depth} of 1 to {model.Heads} / 1 to {model.MlpDim}");
    }
}
