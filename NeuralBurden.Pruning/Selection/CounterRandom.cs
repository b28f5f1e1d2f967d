namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// Counter-based random numbers: a pure function of (seed, stream, step, index), Philox4x32-10 (Salmon et
/// al., SC 2011). There is no generator state to save, so a resumed run draws what an uninterrupted one
/// would.
/// </summary>
public static class CounterRandom
{
    /// <summary>Streams of this library; distinct uses never share one.</summary>
    public const uint InitialMask = 1, Score = 2, Growth = 3, Touch = 4;

    /// <summary>Uniform in [0, 1), multiples of 2^-24, exact in a float.</summary>
    public static float Uniform(ulong seed, uint stream, long step, uint index) =>
        (Bits(seed, stream, step, index) >> 8) * (1f / (1 << 24));

    /// <summary>32 random bits.</summary>
    public static uint Bits(ulong seed, uint stream, long step, uint index)
    {
        // The constant keeps these streams apart from those of other libraries under the same seed.
        uint c0 = index, c1 = (uint)step, c2 = (uint)(step >> 32), c3 = stream ^ 0x50525547u;
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)c0 * 0xD2511F53u;
            var p1 = (ulong)c2 * 0xCD9E8D57u;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }

        return c0;
    }
}
