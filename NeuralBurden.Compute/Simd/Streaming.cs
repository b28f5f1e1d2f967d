using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd;

/// <summary>
/// When writing past the caches pays: an ordinary store reads its line first and throws another one out, which costs
/// twice the traffic. Below a few megabytes the caches would have kept what was written.
/// </summary>
internal static unsafe class Streaming
{
    private const long LeastBytes = 8 << 20;
    private const nuint Alignment = 64;

    /// <summary>Whether an op that writes so many floats for a later pass should stream them.</summary>
    public static bool Pays(float* target, long floats) =>
        floats * sizeof(float) >= LeastBytes && (nuint)target % Alignment == 0;

    /// <summary>Makes this thread's streamed writes visible to others before anything that it writes later.</summary>
    public static void End()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
