using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>A thread's 4 x 8 accumulators of a tile of 4 Side rows and 8 Side columns, Side apart.</summary>
internal struct Block4x8
{
    public Float8 R0, R1, R2, R3;

    /// <summary>Row i *= factors[first + i stride].</summary>
    public void ScaleRows(ArrayView<float> factors, int first, int stride)
    {
        R0.Scale(factors[first]);
        R1.Scale(factors[first + stride]);
        R2.Scale(factors[first + (2 * stride)]);
        R3.Scale(factors[first + (3 * stride)]);
    }

    /// <summary>Row i /= divisors[first + i stride].</summary>
    public void DivideRows(ArrayView<float> divisors, int first, int stride)
    {
        R0.Scale(1 / divisors[first]);
        R1.Scale(1 / divisors[first + stride]);
        R2.Scale(1 / divisors[first + (2 * stride)]);
        R3.Scale(1 / divisors[first + (3 * stride)]);
    }
}
