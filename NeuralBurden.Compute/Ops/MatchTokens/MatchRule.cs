namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>Which matched tokens merge, and how.</summary>
/// <param name="R">Most merges per image; exactly so many where nothing else forbids them.</param>
/// <param name="Protected">Tokens in front that never merge and stay in their places: class token, registers.</param>
/// <param name="Threshold">Only pairs of a cosine above it merge; NaN for no such limit.</param>
/// <param name="Drop">The token of A is dropped instead of joining its partner.</param>
public readonly record struct MatchRule(int R, int Protected, float Threshold = float.NaN, bool Drop = false)
{
    /// <summary>Most tokens that one bipartite matching can merge away: floor((T - protected) / 2).</summary>
    public static int MaximalMerges(int tokens, int @protected) => (tokens - @protected) / 2;

    /// <summary>Protected tokens among the even positions.</summary>
    internal int FirstEven => (Protected + 1) / 2;

    /// <summary>Protected tokens among the odd positions.</summary>
    internal int FirstOdd => Protected / 2;
}
