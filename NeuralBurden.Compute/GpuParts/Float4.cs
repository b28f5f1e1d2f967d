using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Four accumulators of one thread, see <see cref="Float8"/>, or a quad of words that is read and written at
/// once.
/// </summary>
internal struct Float4
{
    public float A, B, C, D;

    /// <summary>Four values, <paramref name="stride"/> apart.</summary>
    public static Float4 Load(ArrayView<float> source, int at, int stride) => new()
    {
        A = source[at],
        B = source[at + stride],
        C = source[at + (2 * stride)],
        D = source[at + (3 * stride)],
    };

    /// <summary>this += factor * other.</summary>
    public void AddScaled(float factor, in Float4 other)
    {
        A += factor * other.A;
        B += factor * other.B;
        C += factor * other.C;
        D += factor * other.D;
    }
}
