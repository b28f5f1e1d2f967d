using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;

namespace NeuralBurden.Tests.Interchange;

/// <summary>The checkpoints of other libraries beside the logits that these compute.</summary>
internal static class ForeignFiles
{
    /// <summary>A model of every kind that is read.</summary>
    public static string[] Models =>
    [
        "plain.safetensors", "plain-bf16.safetensors", "plain-deit.pth", "mean-pool-class-token.safetensors",
        "registers.safetensors", "distilled.safetensors", "wide.safetensors", "huggingface",
    ];

    public static string PathOf(string file) =>
        Path.Combine(Repository.Root, "NeuralBurden.Tests", "Interchange", "Checkpoints", file);

    /// <summary>[4, 7].</summary>
    public static float[] Logits(string model) =>
        NpyReader.Read(PathOf(Path.GetFileNameWithoutExtension(model.Replace("-deit", "")) + ".logits.npy")).Values;

    /// <summary>Rows and columns of the pixels that a model sees of the images of 32 x 32: the upper ones.</summary>
    public static (int Height, int Width) SizeOf(string model) =>
        (model.StartsWith("wide", StringComparison.Ordinal) ? 16 : 32, 32);

    /// <summary>The normalised input of a model, [4, 3, H, W].</summary>
    public static float[] Input(string model)
    {
        float[] pixels = NpyReader.Read(PathOf("input.npy")).Values;
        return [.. pixels.Chunk(32 * 32).SelectMany(plane => plane[..(SizeOf(model).Height * 32)])];
    }
}
