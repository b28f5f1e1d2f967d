using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Pruning.Counting;

/// <summary>
/// The numbers of <see cref="Philox"/> for pruning: a pure function of (seed, stream, step, index), with steps of 64 bits
/// and indices of 32. There is no generator state to save, so a resumed run draws what an uninterrupted one would.
/// </summary>
public static class CounterRandom
{
    /// <summary>Streams of this library; distinct uses never share one.</summary>
    public const uint InitialMask = 1, Score = 2, Growth = 3, Touch = 4;

    // Keeps these streams apart from those of other libraries under the same seed.
    private const uint Apart = 0x50525547;

    /// <summary>Uniform in [0, 1), multiples of 2^-24, exact in a float.</summary>
    public static float Uniform(ulong seed, uint stream, long step, uint index) =>
        Philox.Uniform(seed, stream ^ Apart, (uint)(step >> 32), Counter(step, index));

    /// <summary>32 random bits.</summary>
    public static uint Bits(ulong seed, uint stream, long step, uint index) =>
        Philox.Bits(seed, stream ^ Apart, (uint)(step >> 32), Counter(step, index));

    private static ulong Counter(long step, uint index) => ((ulong)step << 32) | index;
}
