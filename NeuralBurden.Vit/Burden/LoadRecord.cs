namespace NeuralBurden.Vit.Burden;

/// <summary>
/// What a run's stored weights are at one moment of training, beside its references: <c>twin</c>, the dense run of the
/// same seed, data order and length that never merges, at the same step; and <c>shot</c>, the twin's weights pruned by
/// magnitude as the run is, not trained, merging as the run does: all that selection does by itself. Lies in
/// <c>loads.json</c>; <see cref="LoadMeasures"/> says what each key means.
/// </summary>
public sealed record LoadRecord
{
    /// <summary>Optimizer steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Share of training done, in 0..1.</summary>
    public required double Share { get; init; }

    /// <summary>Test accuracy.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean cross-entropy over the test set in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Test accuracy of the twin.</summary>
    public required double TwinAccuracy { get; init; }

    /// <summary>Test accuracy of the shot.</summary>
    public required double ShotAccuracy { get; init; }

    /// <summary>Mean over the test set of KL(twin || run) in nats; absent as <see cref="Absent"/> says.</summary>
    public double? OutputKl { get; init; }

    /// <summary>Share of the test images that twin and run put in different classes; absent likewise.</summary>
    public double? Disagreement { get; init; }

    /// <summary>
    /// Why the figures against the twin are absent: it is worse than the run by more than two standard errors. Null where
    /// they are there.
    /// </summary>
    public string? Absent { get; init; }

    /// <summary>
    /// Whether each test image is classified rightly: image i is bit i % 8 of byte i / 8, in base64. At the end only.
    /// </summary>
    public string? Correct { get; init; }

    /// <summary>Each block at each site, in order.</summary>
    public required IReadOnlyList<BlockLoads> Blocks { get; init; }

    /// <summary>
    /// Measures of the whole run by key: the mean over blocks at the MLP units, with <c>heads.</c> before the key at the
    /// attention heads. A key that a block lacks is absent.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>What silencing the most burdened units costs; at the end, where asked for.</summary>
    public SilencingRecord? Silencing { get; init; }

    /// <summary>The same of the twin, likewise.</summary>
    public SilencingRecord? TwinSilencing { get; init; }
}
