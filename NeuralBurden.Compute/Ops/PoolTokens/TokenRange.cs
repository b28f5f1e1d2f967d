namespace NeuralBurden.Compute.Ops.PoolTokens;

/// <summary>Consecutive tokens of every image.</summary>
/// <param name="First">The first, from 0.</param>
/// <param name="Count">How many, at least 1.</param>
public readonly record struct TokenRange(int First, int Count)
{
    /// <summary>One token, such as the class token, which is token 0.</summary>
    public static TokenRange One(int token) => new(token, 1);

    public int End => First + Count;

    internal void Check(int tokens)
    {
        if (First < 0 || Count < 1 || End > tokens)
            throw new ArgumentException($"tokens {First} to {End - 1}; there are 0 to {tokens - 1}");
    }
}
