namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>A tensor as a pickle describes it: a view of a storage.</summary>
/// <param name="Offset">First element.</param>
/// <param name="Shape">Extents; none for a scalar.</param>
/// <param name="Strides">Elements from one index to the next, for every extent.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>Of the arguments of PyTorch's <c>_rebuild_tensor_v2</c>.</summary>
    public static PickleTensor Of(List<object?> arguments, string file)
    {
        if (arguments is [PickleStorage storage, long offset, List<object?> shape, List<object?> strides, ..]
            && offset >= 0 && shape.Count == strides.Count && Extents(shape) is { } extents && Extents(strides) is { } steps)
        {
            return new PickleTensor(storage, offset, extents, steps);
        }

        throw new CheckpointFormatException(file, "data.pkl", "describes a tensor without storage, shape or strides");
    }

    private static long[]? Extents(List<object?> values)
    {
        long[] extents = values.OfType<long>().Where(n => n is >= 0 and <= int.MaxValue).ToArray();
        return extents.Length == values.Count ? extents : null;
    }
}
