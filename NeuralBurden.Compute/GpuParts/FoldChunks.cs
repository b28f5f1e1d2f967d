using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over rows, second step: first[i] (+)= the sum over chunks of partial[chunk, i], i in [0, n); the same
/// for second[i], i in [0, secondCount), from partial + secondAt.
/// </summary>
internal readonly struct FoldChunks(
    ArrayView<float> partial,
    int chunks,
    int n,
    ArrayView<float> first,
    ArrayView<float> second,
    int secondAt,
    int secondCount,
    int accumulate) : IElementOp
{
    public void At(int index)
    {
        float sum = 0;
        for (int chunk = 0; chunk < chunks; chunk++) sum += partial[(chunk * n) + index];
        first[index] = accumulate != 0 ? first[index] + sum : sum;
        if (index >= secondCount) return;
        sum = 0;
        for (int chunk = 0; chunk < chunks; chunk++) sum += partial[secondAt + (chunk * n) + index];
        second[index] = accumulate != 0 ? second[index] + sum : sum;
    }
}
