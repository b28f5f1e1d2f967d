using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// How four neighbouring words of the device's memory are read and written. A constant of the kernel's type: the
/// launch chooses <see cref="Quads"/> where all addresses allow it, else <see cref="Words"/>.
/// </summary>
internal interface IAccess
{
    /// <summary>Words that one access moves: what lies inside a matrix is a multiple of it.</summary>
    static abstract int Width { get; }

    /// <summary>
    /// Words index to index + 3, of which <paramref name="inside"/> (at least one) may be read; in place of the others
    /// the last of these.
    /// </summary>
    static abstract Float4 Load(ArrayView<float> source, int index, int inside);

    /// <summary>Writes the first <paramref name="inside"/> values, at least one.</summary>
    static abstract void Store(ArrayView<float> target, int index, in Float4 values, int inside);

    /// <summary>Zero for all but the first <paramref name="inside"/> values; none if it is not positive.</summary>
    static abstract Float4 Keep(in Float4 values, int inside);
}
