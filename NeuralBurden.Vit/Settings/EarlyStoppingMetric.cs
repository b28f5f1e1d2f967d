namespace NeuralBurden.Vit.Settings;

/// <summary>What has to get better on the held-out images for training to go on.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>Cross-entropy without smoothing.</summary>
    Loss,

    /// <summary>Share of images classified right.</summary>
    Accuracy,
}
