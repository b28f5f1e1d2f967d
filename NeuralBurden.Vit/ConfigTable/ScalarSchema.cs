namespace NeuralBurden.Vit.ConfigTable;

/// <summary>What a scalar may be, in the words of JSON Schema.</summary>
/// <param name="Types">JSON types; numeric limits bind numbers, the pattern binds strings.</param>
public sealed record ScalarSchema(params IReadOnlyList<string> Types)
{
    public double? Minimum { get; init; }

    public double? ExclusiveMinimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>Regular expression of the legal strings.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<string>? Choices { get; init; }
}
