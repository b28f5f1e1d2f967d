namespace NeuralBurden.Vit.Settings;

/// <summary>Which network the burden is measured against.</summary>
public enum ReferenceChoice
{
    /// <summary>The shadow where the method keeps one, else the checkpoint where there is one, else none.</summary>
    Auto,

    /// <summary>The same weights without their mask.</summary>
    Shadow,

    /// <summary>The same run right before its first mask change.</summary>
    Checkpoint,

    /// <summary>Another run's model, <see cref="BurdenConfig.Twin"/>.</summary>
    Twin,

    /// <summary>No network.</summary>
    None,
}
