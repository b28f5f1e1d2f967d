using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.GateSums;

/// <summary>
/// One element of partial [chunks, G]: the gates of one group over a chunk of rows. <see cref="FoldChunks"/> adds them up.
/// </summary>
internal readonly struct GatesOfChunk(
    ArrayView<float> a, ArrayView<float> da, ArrayView<float> partial, int m, int g, int w, int chunkRows) : IElementOp
{
    public void At(int index)
    {
        int start = index / g * chunkRows, end = start + chunkRows < m ? start + chunkRows : m;
        float sum = 0;
        for (int row = start; row < end; row++)
        {
            int first = ((row * g) + (index % g)) * w;
            float gate = 0;
            for (int i = first; i < first + w; i++) gate += a[i] * da[i];
            sum += gate < 0 ? -gate : gate;
        }

        partial[index] = sum;
    }
}
