using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Eight accumulators of one thread. Separate fields, not an array: a compiler keeps them in registers.
/// </summary>
internal struct Float8
{
    public float A, B, C, D, E, F, G, H;

    public readonly Float4 Left => new() { A = A, B = B, C = C, D = D };

    public readonly Float4 Right => new() { A = E, B = F, C = G, D = H };

    /// <summary>The left half += factor * other.</summary>
    public void AddScaled(float factor, in Float4 other)
    {
        A += factor * other.A;
        B += factor * other.B;
        C += factor * other.C;
        D += factor * other.D;
    }

    /// <summary>this += factor * (left, right).</summary>
    public void AddScaled(float factor, in Float4 left, in Float4 right)
    {
        A += factor * left.A;
        B += factor * left.B;
        C += factor * left.C;
        D += factor * left.D;
        E += factor * right.A;
        F += factor * right.B;
        G += factor * right.C;
        H += factor * right.D;
    }

    /// <summary>The two halves, <paramref name="stride"/> quads apart.</summary>
    public readonly void StoreHalves(ArrayView<Float4> target, int at, int stride)
    {
        target[at] = Left;
        target[at + stride] = Right;
    }

    public void Scale(float factor)
    {
        A *= factor;
        B *= factor;
        C *= factor;
        D *= factor;
        E *= factor;
        F *= factor;
        G *= factor;
        H *= factor;
    }
}
