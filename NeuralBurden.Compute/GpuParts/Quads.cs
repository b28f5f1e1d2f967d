using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Four words at once: indices are multiples of 4, views begin at multiples of 16 bytes, and a quad lies within its
/// matrix as a whole or not at all. The last two are the launch's promise.
/// </summary>
internal readonly struct Quads : IAccess
{
    public static int Width => 4;

    // The index in quads tells ILGPU that the address is a multiple of 16 bytes.
    public static Float4 Load(ArrayView<float> source, int index, int inside) => source.Cast<Float4>()[index >> 2];

    public static void Store(ArrayView<float> target, int index, in Float4 values, int inside) =>
        target.Cast<Float4>()[index >> 2] = values;

    public static Float4 Keep(in Float4 values, int inside) => inside > 0 ? values : default;
}
