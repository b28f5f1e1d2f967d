using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>One word at a time, wherever it lies. Loads have no branches, so that all are under way at once.</summary>
internal readonly struct Words : IAccess
{
    public static int Width => 1;

    public static Float4 Load(ArrayView<float> source, int index, int inside)
    {
        int last = inside - 1;
        return new Float4
        {
            A = source[index],
            B = source[index + Math.Min(1, last)],
            C = source[index + Math.Min(2, last)],
            D = source[index + Math.Min(3, last)],
        };
    }

    public static void Store(ArrayView<float> target, int index, in Float4 values, int inside)
    {
        target[index] = values.A;
        if (inside > 1) target[index + 1] = values.B;
        if (inside > 2) target[index + 2] = values.C;
        if (inside > 3) target[index + 3] = values.D;
    }

    public static Float4 Keep(in Float4 values, int inside) => new()
    {
        A = inside > 0 ? values.A : 0,
        B = inside > 1 ? values.B : 0,
        C = inside > 2 ? values.C : 0,
        D = inside > 3 ? values.D : 0,
    };
}
