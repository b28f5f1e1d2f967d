namespace NeuralBurden.Vit.Configuration;

/// <summary>Measurement of the neural burden.</summary>
public sealed record BurdenConfig
{
    /// <summary>Fixed training images that the measures are taken on; 0 = no measurement.</summary>
    public int ProbeImages { get; init; } = 512;

    /// <summary>Epochs between measurements; the last epoch is always measured.</summary>
    public int Every { get; init; } = 1;
}
