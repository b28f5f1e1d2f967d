using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Reports;

/// <summary>Pictures of what merging models merge, with tokens and similarity at each merge.</summary>
internal static class MergeSection
{
    public const string Note =
        "Test images of the first seed: the image; the patches of each merged token in one colour and joined by lines, "
        + "crosses where a patch was dropped; and what each token averages. Similarity is the mean cosine between two "
        + "tokens that a merge joined. Only kinds that merge by similarity should find similar ones.";

    /// <summary>One figure per variant that merges; empty where none does.</summary>
    public static string Draw(IReadOnlyList<RunGroup> groups) => string.Concat(
        from g in groups
        let run = g.Runs.FirstOrDefault(r => r is { Merges: not null, MergesPicture: not null })
        where run is not null
        select HtmlPage.Picture(g.Label, Text(run), run.MergesPicture!));

    /// <summary>Tokens at the MLP of each block, and each merge.</summary>
    public static string Text(StoredRun run) =>
        $"tokens per block {string.Join(", ", run.Result.TokensPerLayer)}; {MergeText.Of(run.Merges!)}";
}
