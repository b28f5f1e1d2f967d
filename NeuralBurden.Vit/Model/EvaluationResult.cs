namespace NeuralBurden.Vit.Model;

/// <summary>A model on a test set.</summary>
/// <param name="Logits">Row-major [<paramref name="Images"/>, <paramref name="Classes"/>], in the order of
/// the set.</param>
/// <param name="Accuracy">Share of images whose largest logit is their label's.</param>
/// <param name="Loss">Mean cross-entropy in nats, without label smoothing.</param>
public sealed record EvaluationResult(
    int Images,
    int Classes,
    double Accuracy,
    double Loss,
    double ImagesPerSecond,
    ReadOnlyMemory<float> Logits);
