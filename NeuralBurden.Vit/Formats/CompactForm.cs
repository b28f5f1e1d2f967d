using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// How pruned matrices lie in a model file: as a bit per weight and the kept weights, 1 / 8 + 4 density bytes a weight,
/// where that is less than the 4 of a dense one. In memory a model is dense; masks are there in both forms.
/// </summary>
internal static class CompactForm
{
    /// <summary>The tensors of a model as its file holds them.</summary>
    /// <param name="model">Dense, each pruned matrix with its mask, by name.</param>
    public static SortedDictionary<string, NamedTensor> Pack(IReadOnlyDictionary<string, NamedTensor> model)
    {
        var packed = new SortedDictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (NamedTensor tensor in model.Values)
        {
            if (!TryPack(tensor, model, out float[]? kept))
            {
                packed.Add(tensor.Name, tensor);
                continue;
            }

            int[] shape = [.. tensor.Shape];
            string values = CheckpointKeys.Kept + tensor.Name, extents = CheckpointKeys.Shape + tensor.Name;
            packed.Add(values, NamedTensor.Of(values, [kept.Length], kept));
            packed.Add(extents, NamedTensor.Of(extents, [shape.Length], shape));
        }

        return packed;
    }

    /// <summary>Puts the dense matrices in place of their compact form.</summary>
    /// <param name="tensors">In the form that <see cref="CompactRules"/> demand.</param>
    public static void Unpack(SortedDictionary<string, NamedTensor> tensors)
    {
        foreach (NamedTensor kept in tensors.Values.Where(t => CheckpointKeys.PrefixOf(t.Name) == CheckpointKeys.Kept).ToList())
        {
            string name = kept.Name[CheckpointKeys.Kept.Length..], shape = CheckpointKeys.Shape + name;
            tensors[shape].TryValues(out ReadOnlySpan<int> extents);
            tensors.Add(name, NamedTensor.Of(name, extents, Dense(kept, tensors[CheckpointKeys.Mask + name], extents)));
            tensors.Remove(kept.Name);
            tensors.Remove(shape);
        }
    }

    private static bool TryPack(
        NamedTensor tensor,
        IReadOnlyDictionary<string, NamedTensor> model,
        [NotNullWhen(true)] out float[]? packed)
    {
        packed = null;
        if (!model.TryGetValue(CheckpointKeys.Mask + tensor.Name, out NamedTensor? mask)
            || !mask.TryValues(out ReadOnlySpan<byte> bits) || !tensor.TryValues(out ReadOnlySpan<float> values))
        {
            return false;
        }

        int kept = 0;
        foreach (byte b in bits) kept += BitOperations.PopCount(b);
        // The mask is stored in either form; the shape takes a few bytes.
        if (kept + tensor.Shape.Count >= values.Length) return false;
        packed = new float[kept];
        int next = 0;
        for (int i = 0; i < values.Length; i++)
            if (MaskWords.Get(bits, i)) packed[next++] = values[i];
        return true;
    }

    private static float[] Dense(NamedTensor kept, NamedTensor mask, ReadOnlySpan<int> extents)
    {
        mask.TryValues(out ReadOnlySpan<byte> bits);
        kept.TryValues(out ReadOnlySpan<float> values);
        int count = 1, next = 0;
        foreach (int extent in extents) count *= extent;
        float[] dense = new float[count];
        for (int i = 0; i < dense.Length; i++)
            if (MaskWords.Get(bits, i)) dense[i] = values[next++];
        return dense;
    }
}
