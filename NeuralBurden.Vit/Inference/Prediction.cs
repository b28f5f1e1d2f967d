namespace NeuralBurden.Vit.Inference;

/// <summary>What a model says of one image.</summary>
public sealed class Prediction
{
    private readonly IReadOnlyList<string>? _names;
    private readonly float[] _logits;

    internal Prediction(float[] logits, IReadOnlyList<string>? names) => (_logits, _names) = (logits, names);

    /// <summary>[classes].</summary>
    public IReadOnlyList<float> Logits => _logits;

    /// <summary>The most probable class.</summary>
    public ClassScore Best => Top(1)[0];

    /// <summary>The most probable classes, falling, ties by the lower number first; all of them where there are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one is asked for.</exception>
    public IReadOnlyList<ClassScore> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double highest = _logits.Max(), sum = _logits.Sum(logit => Math.Exp(logit - highest));
        // A stable sort leaves ties in the order of their number.
        return [.. Enumerable.Range(0, _logits.Length).OrderByDescending(i => _logits[i]).Take(count).Select(i =>
            new ClassScore(_names?[i] ?? i.ToString(), Math.Exp(_logits[i] - highest) / sum, i))];
    }
}
