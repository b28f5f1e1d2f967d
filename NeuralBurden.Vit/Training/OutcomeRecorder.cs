using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Judging;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Takes the outcome of every image of a set as its logits come by, 12 bytes an image however many classes there are.
/// Several ranks see other images each and add up what they saw; all figures are whole numbers below 2^24, or F32.
/// </summary>
internal sealed class OutcomeRecorder(int images)
{
    private readonly float[] _predicted = new float[images];
    private readonly float[] _ranks = new float[images];
    private readonly float[] _confidences = new float[images];

    /// <param name="image">Of the set.</param>
    /// <param name="logits">[classes].</param>
    /// <param name="label">Of the image.</param>
    public void Add(int image, ReadOnlySpan<float> logits, int label)
    {
        // No confidence is 0, so that it marks an image without outcome.
        if (ImageOutcome.Of(logits, label) is not { } outcome) return;
        (_predicted[image], _ranks[image], _confidences[image]) = (outcome.Predicted, outcome.Rank, outcome.Confidence);
    }

    /// <summary>All outcomes, or the first image that has none.</summary>
    /// <param name="label">Of an image.</param>
    /// <param name="exchange">The ranks that looked at the others; null for one alone.</param>
    public (IReadOnlyList<ImageOutcome>? Outcomes, int? NonFinite) Finish(Func<int, int> label, IGradientExchange? exchange)
    {
        foreach (float[] part in (float[][])[_predicted, _ranks, _confidences]) exchange?.Sum(part);
        int none = Array.IndexOf(_confidences, 0f);
        if (none >= 0) return (null, none);
        var outcomes = new ImageOutcome[images];
        for (int i = 0; i < images; i++)
            outcomes[i] = new ImageOutcome(label(i), (int)_predicted[i], (int)_ranks[i], _confidences[i]);
        return (outcomes, null);
    }
}
