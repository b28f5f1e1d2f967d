using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Compute.Contracts;

/// <summary>Draws shapes and contents of generated cases, repeatable from its seed.</summary>
public sealed class CaseSource(ulong seed)
{
    private ulong _index;

    public ulong Seed { get; } = seed;

    /// <summary>Uniform integer in [low, high].</summary>
    public int Int(int low, int high) => low + Philox.Below(high - low + 1, Seed, 0, 0, _index++);

    public bool Coin() => Int(0, 1) == 1;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Int(0, choices.Length - 1)];

    /// <summary>
    /// An extent from 1 to <paramref name="max"/>, often at the edges of vectors and tiles, where kernels go wrong.
    /// </summary>
    public int Extent(int max)
    {
        if (Coin()) return Int(1, max);
        int edge = Pick(1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 15, 16, 17, 24, 25, 31, 32, 33, 48, 49, 63, 64, 65, 97, 129);
        return Math.Min(edge, max);
    }

    /// <summary>Roughly normal values of the given scale.</summary>
    public float[] Floats(long count, float scale = 1)
    {
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++) values[i] = scale * Philox.Normal(Seed, 1, 0, _index++);
        return values;
    }

    public float[] Positive(long count, float low, float high)
    {
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++) values[i] = low + ((high - low) * Philox.Uniform(Seed, 2, 0, _index++));
        return values;
    }

    /// <summary>A map of a merge in each image: the first tokens stay in order, each later one joins any but token 0.</summary>
    public int[] MergeMap(int b, int t, int left)
    {
        int[] map = new int[b * t];
        for (int i = 0; i < map.Length; i++) map[i] = i % t < left ? i % t : Int(Math.Min(1, left - 1), left - 1);
        return map;
    }

    public int[] Ints(long count, int low, int high)
    {
        int[] values = new int[count];
        for (int i = 0; i < values.Length; i++) values[i] = Int(low, high);
        return values;
    }
}
