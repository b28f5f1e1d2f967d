namespace NeuralBurden.Vit.Judging;

/// <summary>
/// What a model made of one labelled image. Classes are ranked by falling logit, equal logits by the lower number first, so
/// that every measure is the same on every machine.
/// </summary>
/// <param name="Predicted">The class of rank 0.</param>
/// <param name="Rank">Of the label among the classes, from 0; the top k hold it where it is below k.</param>
/// <param name="Confidence">The largest probability, of softmax(logits), rounded to F32.</param>
public readonly record struct ImageOutcome(int Label, int Predicted, int Rank, float Confidence)
{
    public bool IsRight => Rank == 0;

    /// <returns>Null where a logit is NaN or infinite: such an image has no ranks.</returns>
    public static ImageOutcome? Of(ReadOnlySpan<float> logits, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, logits.Length);
        int best = 0, rank = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i])) return null;
            if (logits[i] > logits[best]) best = i;
            if (logits[i] > logits[label] || (logits[i] == logits[label] && i < label)) rank++;
        }

        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp((double)logit - logits[best]);
        return new ImageOutcome(label, best, rank, (float)(1 / sum));
    }
}
