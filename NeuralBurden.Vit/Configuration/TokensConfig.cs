namespace NeuralBurden.Vit.Configuration;

/// <summary>
/// Token merging, by default off; see arXiv 2407.16716 (one merge per pass) and 2210.09461 (matching).
/// </summary>
public sealed record TokensConfig
{
    /// <summary>Value of <see cref="Merge"/> that merges nothing.</summary>
    public const string None = "none";

    /// <summary>Value of <see cref="Merge"/> for one bipartite soft matching per forward pass.</summary>
    public const string SinglePass = "single-pass";

    public string Merge { get; init; } = None;

    /// <summary>
    /// Tokens that one merge removes, as a count or as a share of the tokens that may merge.
    /// </summary>
    public TokenQuantity R { get; init; } = TokenQuantity.Share(0.25);

    /// <summary>0 = right after the embedding; l = in block l (from 1) between attention and MLP.</summary>
    public int Layer { get; init; } = 1;

    public MergeMetric Metric { get; init; } = MergeMetric.Keys;

    /// <summary>Whether later attention adds log(size) of each key token to its logits.</summary>
    public bool ProportionalAttention { get; init; } = true;

    public bool Merges => Merge != None;
}
