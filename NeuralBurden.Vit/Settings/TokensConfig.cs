namespace NeuralBurden.Vit.Settings;

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

    /// <summary>
    /// What each merge keeps, as the authors of <c>evit</c> (keep rate) and <c>pitome</c> (ratio) count it, in place of
    /// <see cref="R"/>; null where that decides.
    /// </summary>
    public double? Keep { get; init; }

    /// <summary>Where the (first) merge is: 0 = after the embedding; l = in block l (from 1) before its MLP.</summary>
    public int Layer { get; init; } = 1;

    /// <summary>Blocks between merges; 0 = the merging's own habit.</summary>
    public int Every { get; init; }

    /// <summary>i: merges grow linearly from (1 - i) to (1 + i) times their mean.</summary>
    public double Inflection { get; init; }

    /// <summary>Null takes keys, and tokens where the first merge is after the embedding, which has no keys.</summary>
    public MergeMetric? Metric { get; init; }

    /// <summary>Cosine above which <c>tome-threshold</c> merges.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>Margin of <c>pitome</c> in the first block.</summary>
    public double Margin { get; init; } = 0.75;

    public DropChoice Drop { get; init; } = DropChoice.Matched;

    /// <summary>
    /// Whether later attention adds log(size) of each key token to its logits; null takes what is usual for the merging,
    /// <see cref="Model.Merging.MergingKind.IsProportional"/>.
    /// </summary>
    public bool? ProportionalAttention { get; init; }

    /// <summary>When in training merging starts, in epochs or percent.</summary>
    public Duration Start { get; init; } = Duration.Percent(0);

    /// <summary>When it stops; a model that stopped merging is evaluated without.</summary>
    public Duration Stop { get; init; } = Duration.Percent(100);

    public bool Merges => Merge != None;
}
