namespace NeuralBurden.Vit.Settings;

/// <summary>Measurement of the neural burden.</summary>
public sealed record BurdenConfig
{
    /// <summary>Fixed training images that the measures are taken on; 0 = no measurement.</summary>
    public int ProbeImages { get; init; } = 512;

    /// <summary>Epochs between measurements; the last epoch is always measured.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The network that the measures compare with.</summary>
    public ReferenceChoice Reference { get; init; }

    /// <summary>The model file of the twin; empty without one.</summary>
    public string Twin { get; init; } = "";

    /// <summary>beta: weight of the rate cost against the signal error.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Whether the finished model is tested with its most burdened units silenced.</summary>
    public bool Silencing { get; init; }

    /// <summary>Moments of training after whose step the effective weights are stored for later measurement.</summary>
    public DurationList Snapshots { get; init; } = DurationList.Empty;
}
