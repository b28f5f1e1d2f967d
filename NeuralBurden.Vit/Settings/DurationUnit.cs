namespace NeuralBurden.Vit.Settings;

/// <summary>Unit of a <see cref="Duration"/>.</summary>
public enum DurationUnit
{
    /// <summary>Optimizer steps, written <c>st</c>.</summary>
    Steps,

    /// <summary>Epochs, written <c>ep</c>.</summary>
    Epochs,

    /// <summary>Percent of the whole training, written <c>%</c>.</summary>
    Percent,
}
