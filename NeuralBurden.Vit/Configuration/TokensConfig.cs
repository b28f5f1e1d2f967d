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
    /// Tokens to remove: a count for each merge, or the share of the tokens without the class token that all merges of a
    /// pass remove together, so that equal shares of different mergings leave equal numbers of tokens.
    /// </summary>
    public TokenQuantity R { get; init; } = TokenQuantity.Share(0.25);

    /// <summary>Where the (first) merge is: 0 = after the embedding; l = in block l (from 1) before its MLP.</summary>
    public int Layer { get; init; } = 1;

    /// <summary>Blocks between merges; 0 = the merging's own habit.</summary>
    public int Every { get; init; }

    /// <summary>i: merges grow linearly from (1 - i) to (1 + i) times their mean.</summary>
    public double Inflection { get; init; }

    public MergeMetric Metric { get; init; } = MergeMetric.Keys;

    /// <summary>Cosine above which <c>tome-threshold</c> merges.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>Margin of <c>pitome</c> in the first block.</summary>
    public double Margin { get; init; } = 0.75;

    public DropChoice Drop { get; init; } = DropChoice.Matched;

    /// <summary>Whether later attention adds log(size) of each key token to its logits.</summary>
    public bool ProportionalAttention { get; init; } = true;

    /// <summary>When in training merging starts, in epochs or percent.</summary>
    public Duration Start { get; init; } = Duration.Percent(0);

    /// <summary>When it stops; a model that stopped merging is evaluated without.</summary>
    public Duration Stop { get; init; } = Duration.Percent(100);

    public bool Merges => Merge != None;
}
