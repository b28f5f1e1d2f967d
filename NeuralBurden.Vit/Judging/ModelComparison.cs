namespace NeuralBurden.Vit.Judging;

/// <summary>Two models on the same images: who is right where, and whether the difference can be chance.</summary>
public sealed record ModelComparison
{
    // The 0.975 quantile of the normal distribution.
    private const double Normal975 = 1.959963984540054;

    public required int Images { get; init; }

    public required int BothRight { get; init; }

    public required int OnlyA { get; init; }

    public required int OnlyB { get; init; }

    public required IReadOnlyList<ClassComparison> PerClass { get; init; }

    public int Neither => Images - BothRight - OnlyA - OnlyB;

    public double AccuracyA => (double)(BothRight + OnlyA) / Images;

    public double AccuracyB => (double)(BothRight + OnlyB) / Images;

    /// <summary>Accuracy of A less that of B.</summary>
    public double Difference => (double)(OnlyA - OnlyB) / Images;

    /// <summary>
    /// The 95 % interval of the difference over other images of the same kind, Wald's adjusted for pairs: with p = (a + 1) /
    /// (n + 2) and q = (b + 1) / (n + 2), p - q -+ 1.96 sqrt((p + q - (p - q)^2) / (n + 2)) (Bonett and Price 2012, doi
    /// 10.3102/1076998611411915). It knows nothing of other seeds.
    /// </summary>
    public (double Low, double High) Interval
    {
        get
        {
            double n = Images + 2.0, p = (OnlyA + 1) / n, q = (OnlyB + 1) / n;
            double half = Normal975 * Math.Sqrt((p + q - ((p - q) * (p - q))) / n);
            return (Math.Max(-1, p - q - half), Math.Min(1, p - q + half));
        }
    }

    /// <inheritdoc cref="McNemar.ExactP"/>
    public double ExactP => McNemar.ExactP(OnlyA, OnlyB);

    /// <inheritdoc cref="McNemar.MidP"/>
    public double MidP => McNemar.MidP(OnlyA, OnlyB);

    /// <exception cref="ArgumentException">The outcomes are not of the same images.</exception>
    public static ModelComparison Of(IReadOnlyList<ImageOutcome> a, IReadOnlyList<ImageOutcome> b)
    {
        if (a.Count == 0 || !a.Select(o => o.Label).SequenceEqual(b.Select(o => o.Label)))
            throw new ArgumentException("the outcomes are of other images, or of none", nameof(b));
        var pairs = a.Zip(b, (x, y) => (x.Label, A: x.IsRight, B: y.IsRight)).ToList();
        return new ModelComparison
        {
            Images = pairs.Count,
            BothRight = pairs.Count(p => p is { A: true, B: true }),
            OnlyA = pairs.Count(p => p is { A: true, B: false }),
            OnlyB = pairs.Count(p => p is { A: false, B: true }),
            PerClass = [.. pairs.GroupBy(p => p.Label).OrderBy(g => g.Key).Select(g => new ClassComparison(
                g.Key, g.Count(), g.Count(p => p.A), g.Count(p => p.B), g.Count(p => p.A && !p.B), g.Count(p => p.B && !p.A)))],
        };
    }
}
