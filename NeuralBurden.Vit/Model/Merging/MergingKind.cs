namespace NeuralBurden.Vit.Model.Merging;

/// <summary>A named way to merge tokens with its description: what <c>nb merges NAME</c> prints, and how to build it.</summary>
public sealed record MergingKind
{
    /// <summary>As written in a config: <c>tokens.merge</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>What happens to the tokens, in formulas.</summary>
    public required string Rule { get; init; }

    /// <summary>Paper and arXiv id.</summary>
    public required string Source { get; init; }

    /// <summary>Removes as many tokens without the idea under test.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether it weighs tokens by class attention, a mean over all heads of the trained model.</summary>
    public bool ReadsClassAttention { get; init; }

    /// <summary>
    /// Whether attention adds log(size) of each key unless the config says otherwise: not for mergings whose sources have none.
    /// </summary>
    public bool IsProportional { get; init; } = true;

    /// <summary>Config keys that it reads besides <c>tokens.merge</c>, <c>start</c> and <c>stop</c>.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    public required Func<MergingSettings, TokenMerging> Build { get; init; }

    public bool Reads(string key) => Keys.Contains(key);
}
