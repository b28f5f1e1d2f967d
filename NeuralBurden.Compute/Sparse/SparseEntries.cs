using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// Memory of a masked matrix's kept weights for one direction of its products, as the kernels of a GPU read them. For <see
/// cref="Outputs"/> outputs and <see cref="Depth"/> steps of the sum there is a stream of quads of 32-bit words: the outputs'
/// lists one after the other, two entries a quad, by ascending step. An entry is a place (see <see cref="EntryShape"/>) and a
/// weight; a list's first word has its number of quads, at least one, in the upper half. What fills a list up has a place that
/// holds 0.
/// </summary>
/// <remarks>
/// A stream has room for all weights of its part, so that every mask fits and streams are made independently of each other;
/// what lies behind its end is never read, but for a quad.
/// </remarks>
internal sealed class SparseEntries : IDisposable
{
    public const int Outputs = 16;

    public const int Depth = 32;

    /// <summary>Of a stream, in quads.</summary>
    public const int Room = Outputs * Depth / 2;

    public SparseEntries(DeviceMemory device, int outputs, int summands)
    {
        Streams = (outputs + Outputs - 1) / Outputs * ((summands + Depth - 1) / Depth);
        Words = device.AllocateTensor(new Shape(checked(((Streams * Room) + 1) * 4)), "kept weights");
    }

    /// <summary>Streams, those of an output's steps side by side: [ceil(outputs / Outputs), ceil(summands / Depth)].</summary>
    public int Streams { get; }

    public Tensor Words { get; }

    public void Dispose() => Words.Buffer.Dispose();
}
