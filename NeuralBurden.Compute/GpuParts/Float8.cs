using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Eight accumulators of one thread. Separate fields, not an array: a compiler keeps them in registers.
/// </summary>
internal struct Float8
{
    public float A, B, C, D, E, F, G, H;

    /// <summary>Eight values, <paramref name="stride"/> apart.</summary>
    public static Float8 Load(ArrayView<float> source, int at, int stride) => new()
    {
        A = source[at],
        B = source[at + stride],
        C = source[at + (2 * stride)],
        D = source[at + (3 * stride)],
        E = source[at + (4 * stride)],
        F = source[at + (5 * stride)],
        G = source[at + (6 * stride)],
        H = source[at + (7 * stride)],
    };

    /// <summary>this += factor * other.</summary>
    public void AddScaled(float factor, in Float8 other)
    {
        A += factor * other.A;
        B += factor * other.B;
        C += factor * other.C;
        D += factor * other.D;
        E += factor * other.E;
        F += factor * other.F;
        G += factor * other.G;
        H += factor * other.H;
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
        target[at] = new Float4 { A = A, B = B, C = C, D = D };
        target[at + stride] = new Float4 { A = E, B = F, C = G, D = H };
    }

    public readonly void Store(ArrayView<float> target, int at, int stride)
    {
        target[at] = A;
        target[at + stride] = B;
        target[at + (2 * stride)] = C;
        target[at + (3 * stride)] = D;
        target[at + (4 * stride)] = E;
        target[at + (5 * stride)] = F;
        target[at + (6 * stride)] = G;
        target[at + (7 * stride)] = H;
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
