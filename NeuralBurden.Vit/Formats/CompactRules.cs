using System.Numerics;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// What must hold between the tensors of a model file: each compact matrix has its mask, its shape and as many kept weights
/// as the mask has bits, and no state of training is among them.
/// </summary>
internal static class CompactRules
{
    /// <returns>The first breach as (tensor, problem); null if all is well.</returns>
    public static (string Field, string Problem)? FirstBreach(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        foreach (NamedTensor tensor in tensors.Values)
        {
            string prefix = CheckpointKeys.PrefixOf(tensor.Name);
            string matrix = tensor.Name[prefix.Length..];
            string? problem = prefix switch
            {
                "" or CheckpointKeys.Mask or CheckpointKeys.Persistent => null,
                CheckpointKeys.Kept => MatrixBreach(matrix, tensor, tensors),
                CheckpointKeys.Shape => tensors.ContainsKey(CheckpointKeys.Kept + matrix)
                    ? null
                    : $"belongs to a matrix '{matrix}' without kept weights",
                _ => "has no place in a model file",
            };
            if (problem is not null)
                return (tensor.Name, problem);
        }

        return null;
    }

    private static string? MatrixBreach(
        string matrix, NamedTensor kept, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        if (tensors.ContainsKey(matrix))
            return $"is stored beside a dense '{matrix}'";
        if (!kept.TryValues(out ReadOnlySpan<float> values) || kept.Shape.Count != 1)
            return $"is {kept}; expected F32 of one dimension";
        if (!tensors.TryGetValue(CheckpointKeys.Shape + matrix, out NamedTensor? shape)
            || !shape.TryValues(out ReadOnlySpan<int> extents) || extents.Length is < 1 or > 5)
        {
            return $"needs {CheckpointKeys.Shape}{matrix}, I32 with 1 to 5 extents";
        }

        long weights = 1;
        foreach (int extent in extents)
        {
            if (extent < 1 || (weights *= extent) > int.MaxValue / sizeof(float))
                return $"has the shape [{string.Join(", ", extents.ToArray())}]; expected extents from 1, below 2 GiB";
        }

        if (!tensors.TryGetValue(CheckpointKeys.Mask + matrix, out NamedTensor? mask)
            || !mask.TryValues(out ReadOnlySpan<byte> bits) || mask.Shape.Count != 1
            || bits.Length != MaskWords.ByteCount((int)weights))
        {
            return $"needs {CheckpointKeys.Mask}{matrix}, U8 [{MaskWords.ByteCount((int)weights)}]";
        }

        if (weights % 8 != 0 && bits[^1] >> (int)(weights % 8) != 0)
            return $"has a mask with bits set behind the last of {weights} weights";
        int set = 0;
        foreach (byte b in bits) set += BitOperations.PopCount(b);
        return set == values.Length ? null : $"has {values.Length} weights, but its mask keeps {set}";
    }
}
