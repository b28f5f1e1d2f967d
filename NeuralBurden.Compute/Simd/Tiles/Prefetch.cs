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
}
