namespace NeuralBurden.Vit.Burden;

/// <summary>What a block's output says of the twin's.</summary>
/// <param name="Error">eps_twin = 1 - R^2 of the ridge map, on the half of the probe images that did not fit it.</param>
internal sealed record SignalLoss(double Error)
{
    /// <summary>Error and cost that the best rates leave, over those of the actual rates, by beta.</summary>
    public IReadOnlyDictionary<double, double> BestShares { get; init; } = new Dictionary<double, double>();

    /// <summary>What is outside the span of the decoders, as a share of the error.</summary>
    public double? SpanShare { get; init; }

    public double? SpanLimit => Error * SpanShare;

    /// <summary>E*(beta).</summary>
    /// <param name="cost">Of the actual rates.</param>
    public double? Best(double beta, double? cost) =>
        BestShares.TryGetValue(beta, out double share) ? (Error + (beta * cost)) * share : null;
}
