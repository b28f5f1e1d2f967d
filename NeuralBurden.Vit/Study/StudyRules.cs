using System.Collections.Immutable;

namespace NeuralBurden.Vit.Study;

/// <summary>What a plan fixes of the statistics: every endpoint with its one primary statistic, and the rules.</summary>
public static class StudyRules
{
    private const double Accuracy = 0.005;
    private const double Load = 0.05;
    private const double Sparsity = 0.05;
    private const double Correlation = 0.3;

    /// <summary>The hypotheses, T0 to T8.</summary>
    public static ImmutableArray<StudyEndpoint> Endpoints { get; } =
    [
        new(
            "T0",
            "The remedy as a whole mitigates the loss.",
            "Accuracy of the method with the merge less that of the plain method.",
            Accuracy),
        new("T1", "Survivors carry more.", "log K^ of the method: p95 of kappa over alive units, over the twin's.", Load),
        new(
            "T2",
            "Compensation is learned.",
            "After a one-shot cut at half of training: log p95 kappa at the end less right after the cut, less the twin's "
            + "change over the same steps.",
            Load),
        new(
            "T3",
            "There is a recovery boundary.",
            "Distance of the knees of accuracy and of E*(0) on the sparsity axis, structured one-shot pruning.",
            Sparsity),
        new("T4a", "Compression relieves load.", "log K^ of the method without less with the merge.", Load),
        new("T4b", "Matching is what relieves.", "log K^ with random-pairs less with the merge, same layer and r.", Load),
        new(
            "T5",
            "Compression recovers accuracy of pruned networks.",
            "Accuracy gained by the merge with the method less the same merge's gain in the dense network.",
            Accuracy),
        new(
            "T6",
            "Re-activation helps.",
            "Accuracy of the method less the best of gamma = 0, gmp and oneshot at the same sparsity.",
            Accuracy),
        new(
            "T7",
            "Burden predicts loss.",
            "Partial rank correlation of log K^ with the accuracy loss over runs of the method, given the training length.",
            Correlation),
        new(
            "T8",
            "The most burdened units matter more.",
            "Accuracy lost by silencing the top 5 % of alive units by kappa less random 5 %, less the twin's own gap.",
            Accuracy),
    ];

    /// <summary>How a verdict is reached.</summary>
    public static ImmutableArray<string> Sentences { get; } =
    [
        "Each endpoint is the mean over seeds of its primary statistic, run and twin paired by seed, with a t interval.",
        "Supported: the corrected interval lies above 0 and the estimate above the least effect.",
        "Refuted: the corrected interval lies wholly below the least effect. Else undecided.",
        "T3 claims that two things coincide: supported where the interval lies within the least effect on both sides, "
        + "refuted where it lies outside.",
        "Correction by Holm over all endpoints of this plan: the k-th smallest p of m gets the level 1 - 0.05 / (m - k + 1).",
        "Decided per data set and method, never pooled over methods; whatever is not listed here is exploratory.",
    ];
}
