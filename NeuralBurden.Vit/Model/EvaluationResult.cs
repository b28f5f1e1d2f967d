using NeuralBurden.Vit.Judging;

namespace NeuralBurden.Vit.Model;

/// <summary>A model on a test set.</summary>
/// <param name="Logits">Row-major [<paramref name="Images"/>, <paramref name="Classes"/>], in the order of
/// the set; empty where they were not asked for.</param>
/// <param name="Accuracy">Share of images whose largest logit is their label's.</param>
/// <param name="Loss">Mean cross-entropy in nats, without label smoothing.</param>
public sealed record EvaluationResult(
    int Images,
    int Classes,
    double Accuracy,
    double Loss,
    double ImagesPerSecond,
    ReadOnlyMemory<float> Logits)
{
    /// <summary>What it made of every image, in the order of the set; null where nobody asked or logits are not finite.</summary>
    public IReadOnlyList<ImageOutcome>? Outcomes { get; init; }

    /// <summary>The first image with a logit that is not finite; null where there is none, or nobody asked.</summary>
    public int? NonFiniteImage { get; init; }

    /// <summary>In the order of the labels; null where they are not known.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Measures of the outcomes; null without them.</summary>
    public ClassificationFigures? Figures =>
        Outcomes is null ? null : ClassificationFigures.Of(Outcomes, Classes, ClassNames);
}
