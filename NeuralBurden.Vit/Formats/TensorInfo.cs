namespace NeuralBurden.Vit.Formats;

/// <summary>What a safetensors header says about one tensor, already checked against the file.</summary>
/// <param name="Shape">Row-major extents; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="ByteLength">Equals the product of the extents times the element size.</param>
public sealed record TensorInfo(
    string Name, TensorDtype Dtype, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    public long ElementCount => ByteLength / Dtype.Size();

    public override string ToString() => $"{Name} {Dtype.HeaderName()} [{string.Join(", ", Shape)}]";
}
