namespace NeuralBurden.Compute.Rng;

/// <summary>
/// Philox-4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011). A number is a pure function of (seed, stream, step, index): every device draws the same ones, in any
/// order, and a resumed run needs no generator state.
/// </summary>
public static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>Four independent 32-bit words for one counter value.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong seed, uint stream, uint step, ulong index)
    {
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        uint c0 = (uint)index, c1 = (uint)(index >> 32), c2 = step, c3 = stream;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>32 random bits.</summary>
    public static uint Bits(ulong seed, uint stream, uint step, ulong index) => Block(seed, stream, step, index).A;

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public static float Uniform(ulong seed, uint stream, uint step, ulong index) =>
        (Bits(seed, stream, step, index) >> 8) * (1f / (1 << 24));

    /// <summary>Uniform integer in [0, bound), by the multiply-shift map (bias below bound / 2^32).</summary>
    public static int Below(int bound, ulong seed, uint stream, uint step, ulong index) =>
        (int)(((ulong)Bits(seed, stream, step, index) * (uint)bound) >> 32);

    /// <summary>Standard normal by Box and Muller, in double precision before rounding.</summary>
    public static float Normal(ulong seed, uint stream, uint step, ulong index)
    {
        var (a, b, _, _) = Block(seed, stream, step, index);
        double u = (a + 1.0) / 4294967296.0, v = b / 4294967296.0;
        return (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
    }
}
