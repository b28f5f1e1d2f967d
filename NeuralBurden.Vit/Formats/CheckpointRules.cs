using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// What must hold between the tensors of one checkpoint in its dense form: a mask fits its weight and has no stray bits,
/// persistent and EMA values have their weight's shape, and a model file's masked weights are exactly zero.
/// </summary>
internal static class CheckpointRules
{
    /// <returns>The first breach as (tensor, problem); null if all is well.</returns>
    public static (string Field, string Problem)? FirstBreach(
        CheckpointKind kind, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        // Its weights lie in another file; what reads both looks at them together.
        if (kind == CheckpointKind.State)
            return null;
        foreach (NamedTensor tensor in tensors.Values)
        {
            string prefix = CheckpointKeys.PrefixOf(tensor.Name);
            if (prefix is not (CheckpointKeys.Mask or CheckpointKeys.Persistent or CheckpointKeys.Ema))
                continue;
            string weightName = tensor.Name[prefix.Length..];
            string? problem = !tensors.TryGetValue(weightName, out NamedTensor? weight)
                ? $"belongs to a weight '{weightName}' that the file lacks"
                : prefix == CheckpointKeys.Mask ? MaskBreach(kind, tensor, weight)
                : CopyBreach(tensor, weight);
            if (problem is not null)
                return (tensor.Name, problem);
        }
        return null;
    }

    private static string? CopyBreach(NamedTensor copy, NamedTensor weight) =>
        copy.Dtype == weight.Dtype && copy.Shape.SequenceEqual(weight.Shape)
            ? null
            : $"is {copy}, but its weight is {weight}";

    private static string? MaskBreach(CheckpointKind kind, NamedTensor mask, NamedTensor weight)
    {
        if (!mask.TryValues(out ReadOnlySpan<byte> bits) || !weight.TryValues(out ReadOnlySpan<float> values))
            return $"is {mask} for {weight}; expected U8 for F32";
        if (mask.Shape.Count != 1 || bits.Length != MaskWords.ByteCount(values.Length))
            return $"is {mask}; expected [{MaskWords.ByteCount(values.Length)}] for {values.Length} weights";
        if (values.Length % 8 != 0 && bits[^1] >> (values.Length % 8) != 0)
            return $"has bits set behind the last of {values.Length} weights";
        if (kind != CheckpointKind.Model)
            return null;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0 && !MaskWords.Get(bits, i))
                return $"removes weight {i}, which is {values[i]}; expected 0";
        }

        return null;
    }
}
