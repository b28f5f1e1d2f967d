using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>Names, types and shapes of the tensors of a split in a <c>.nbset</c> file of version 2.</summary>
internal static class PackedTensors
{
    public const string Train = "train", Test = "test", Padding = "padding";

    /// <summary>U8 [N, C, H, W].</summary>
    public static string Images(string split) => $"{split}.images";

    /// <summary>U8 [bytes]: where pictures stay in their folder, their paths in UTF-8, each ended by a zero.</summary>
    public static string Files(string split) => $"{split}.files";

    /// <summary>U8 [N], U16 [N] with more than 256 classes.</summary>
    public static string Labels(string split) => $"{split}.labels";

    /// <summary>U32 [N], CRC-32C of the pixels of each image.</summary>
    public static string Checksums(string split) => $"{split}.checksums";

    /// <summary>Images of a split, once all of its tensors have been found to belong together.</summary>
    /// <exception cref="CheckpointFormatException">They do not; names the tensor.</exception>
    public static int Count(SafetensorsReader reader, PackedHeader header, string split)
    {
        var labels = reader.Get(Labels(split));
        var dtype = ClassLabels.Width(header.Classes.Count) == 1 ? TensorDtype.U8 : TensorDtype.U16;
        if (labels.Dtype != dtype || labels.Shape.Count != 1 || labels.Shape[0] is < 1 or > int.MaxValue)
            throw Wrong(labels, $"{dtype} [N], one for each of 1 to {int.MaxValue} images");
        long count = labels.Shape[0];
        Require(Checksums(split), TensorDtype.U32, [count]);
        var (c, h, w) = header.Extents;
        if (header.Folder is null) Require(Images(split), TensorDtype.U8, [count, c, h, w]);
        else if (reader.Get(Files(split)) is var files && (files.Dtype != TensorDtype.U8 || files.Shape.Count != 1))
            throw Wrong(files, "U8 [bytes]");
        return (int)count;

        void Require(string name, TensorDtype expected, long[] shape)
        {
            var found = reader.Get(name);
            if (found.Dtype != expected || !found.Shape.SequenceEqual(shape))
                throw Wrong(found, $"{expected} [{string.Join(", ", shape)}]");
        }

        CheckpointFormatException Wrong(TensorInfo found, string expected) =>
            new(reader.Path, found.Name, $"is {found.Dtype} [{string.Join(", ", found.Shape)}]; expected {expected}");
    }
}
