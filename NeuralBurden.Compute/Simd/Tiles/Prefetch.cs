using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>Asks for memory ahead of use, where no hardware prefetcher foresees it. Does nothing but on x86.</summary>
internal static unsafe class Prefetch
{
    public const int LineFloats = 16;

    /// <summary>One cache line, into all levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>Short rows far from each other, into the second level.</summary>
    /// <param name="width">Floats of each row.</param>
    /// <param name="stride">Distance between rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows(float* first, int rows, int width, nint stride)
    {
        if (!Sse.IsSupported) return;
        for (; rows > 0; rows--, first += stride)
        {
            for (int column = 0; column < width; column += LineFloats) Sse.Prefetch1(first + column);
        }
    }
}
