using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Reports;

/// <summary>Merges in words.</summary>
public static class MergeText
{
    /// <summary>Such as <c>block 1: 65 to 33 tokens, similarity 0.91</c>, merges apart by semicolons.</summary>
    public static string Of(MergeLook look) => string.Join("; ", look.Stages.Select(stage =>
        $"{(stage.Place == 0 ? "after the embedding" : $"block {stage.Place}")}: "
        + $"{ReportText.Number(stage.Before, "0.#")} to {ReportText.Number(stage.After, "0.#")} tokens"
        + (stage.Similarity is { } s ? $", similarity {ReportText.Number(s, "0.00")}" : "")));
}
