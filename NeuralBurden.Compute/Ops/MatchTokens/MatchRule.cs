namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>Which matched tokens merge, and how.</summary>
/// <param name="R">Most merges per image; exactly so many where nothing else forbids them.</param>
/// <param name="ProtectFirst">Token 0 is a class token, which never merges.</param>
/// <param name="Threshold">Only pairs of a cosine above it merge; NaN for no such limit.</param>
/// <param name="Drop">The token of A is dropped instead of joining its partner.</param>
public readonly record struct MatchRule(int R, bool ProtectFirst, float Threshold = float.NaN, bool Drop = false)
{
    /// <summary>Most tokens that one bipartite matching can merge away: floor((T - protected) / 2).</summary>
    public static int MaximalMerges(int tokens, bool protectFirst) => (tokens - (protectFirst ? 1 : 0)) / 2;
}
