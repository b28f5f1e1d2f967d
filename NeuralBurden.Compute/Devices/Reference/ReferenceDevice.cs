using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

/// <summary>
/// The oracle of every test: plain scalar loops in the order of the formula, in double precision. Results are
/// rounded to float32 when an op stores them, or kept in double with <paramref name="rounding"/> off, which is what
/// central differences need. Counts the multiply-adds of the matrix products that it executes.
/// </summary>
public sealed partial class ReferenceDevice(bool rounding = true) : Device
{
    public override DeviceInfo Info { get; } = new(
        "reference",
        "scalar double-precision reference",
        "reference",
        1,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        [rounding ? "results rounded to float32" : "results kept in double"]);

    /// <summary>
    /// Multiply-adds executed since the last <see cref="ResetCounters"/>: matrix products, attention scores and
    /// values, and the similarities of token matching. Elementwise work is not counted.
    /// </summary>
    public long MultiplyAdds { get; private set; }

    public void ResetCounters() => MultiplyAdds = 0;

    /// <summary>Uploads without rounding to float32.</summary>
    public void UploadDoubles(ReadOnlySpan<double> source, in Tensor destination) => source.CopyTo(F(destination));

    public void DownloadDoubles(in Tensor source, Span<double> destination) => F(source).CopyTo(destination);

    protected override DeviceBuffer AllocateCore(long length, ElementType type, string label) =>
        new ReferenceBuffer(this, length, type, label);

    protected override void UploadCore(ReadOnlySpan<float> source, in Tensor destination)
    {
        var target = F(destination);
        for (int i = 0; i < source.Length; i++) target[i] = source[i];
    }

    protected override void UploadCore(ReadOnlySpan<int> source, in Tensor destination) =>
        source.CopyTo(I(destination));

    protected override void UploadCore(ReadOnlySpan<byte> source, in Tensor destination) =>
        source.CopyTo(U(destination));

    protected override void DownloadCore(in Tensor source, Span<float> destination)
    {
        var values = F(source);
        for (int i = 0; i < values.Length; i++) destination[i] = (float)values[i];
    }

    protected override void DownloadCore(in Tensor source, Span<int> destination) => I(source).CopyTo(destination);

    protected override void CopyMemory(in Tensor source, in Tensor destination) => F(source).CopyTo(F(destination));

    protected override void ClearMemory(in Tensor tensor) => F(tensor).Clear();

    protected override void DisposeCore()
    {
    }

    private static Span<double> F(in Tensor tensor) =>
        tensor.IsNone ? [] : ((ReferenceBuffer)tensor.Buffer).Floats.AsSpan((int)tensor.Offset, (int)tensor.Count);

    private static Span<int> I(in Tensor tensor) =>
        tensor.IsNone ? [] : ((ReferenceBuffer)tensor.Buffer).Ints.AsSpan((int)tensor.Offset, (int)tensor.Count);

    private static Span<byte> U(in Tensor tensor) =>
        tensor.IsNone ? [] : ((ReferenceBuffer)tensor.Buffer).Bytes.AsSpan((int)tensor.Offset, (int)tensor.Count);

    /// <summary>Ends an op: what it wrote is stored as float32 values, unless this is a double-precision oracle.</summary>
    private void Finish(in Tensor output)
    {
        if (!rounding) return;
        foreach (ref double value in F(output)) value = (float)value;
    }
}
