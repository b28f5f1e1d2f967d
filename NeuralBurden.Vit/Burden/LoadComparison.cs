namespace NeuralBurden.Vit.Burden;

/// <summary>One site of one block of a run beside the same site of its references.</summary>
/// <param name="Own">The run.</param>
/// <param name="Twin">Null where its figures are absent: it is the worse network.</param>
/// <param name="Shot">What selection alone leaves.</param>
/// <param name="Signal">The block's output against the twin's; null as the twin is.</param>
internal sealed record LoadComparison(SiteLoads Own, SiteLoads? Twin, SiteLoads Shot, SignalLoss? Signal)
{
    /// <summary>C per alive unit over the twin's, C = sum of e over the units alive.</summary>
    public double? Cost => Over(l => l.Mean(l.Energy));

    /// <summary>A figure over the twin's.</summary>
    public double? Over(Func<SiteLoads, double?> figure) => Twin is null ? null : figure(Own) / figure(Twin);

    /// <summary>The natural logarithm of a figure over the twin's.</summary>
    public double? LogOverTwin(Func<SiteLoads, double?> figure) => Log(Over(figure));

    /// <summary>The natural logarithm of a figure over the shot's.</summary>
    public double? LogOverShot(Func<SiteLoads, double?> figure) => Log(figure(Own) / figure(Shot));

    public static double? Log(double? value) => value is { } x ? Math.Log(x) : null;
}
