using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// What a finished model loses when some hidden MLP units of every block are silenced (h_j = 0): those that carry most,
/// against as many drawn at random among the units alive. A larger loss for the first says that burden is causal.
/// </summary>
public sealed record SilencingRecord
{
    /// <summary>
    /// What chose the units: <c>contribution_ratio</c>, K_j, or <c>contribution</c>, c_j, where no reference gives K;
    /// <c>kappa</c> in a measurement of stored weights.
    /// </summary>
    public required string By { get; init; }

    /// <summary>Share of each block's units alive that is silenced.</summary>
    public required double Share { get; init; }

    /// <summary>Units silenced, over all blocks.</summary>
    public required int Units { get; init; }

    /// <summary>Accuracy of the intact model on the images of the test.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Accuracy without the units that carry most.</summary>
    public required double TopAccuracy { get; init; }

    /// <summary>Accuracy without random units, draw by draw.</summary>
    public required IReadOnlyList<double> RandomAccuracies { get; init; }

    /// <summary>Mean accuracy without random units minus that without the top ones: above 0 if burden is causal.</summary>
    [JsonIgnore]
    public double Gap => RandomAccuracies.Average() - TopAccuracy;
}
