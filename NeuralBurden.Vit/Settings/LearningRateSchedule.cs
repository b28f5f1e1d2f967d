namespace NeuralBurden.Vit.Settings;

/// <summary>The learning rate after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Half a cosine from the learning rate down to its minimum at the last step.</summary>
    Cosine,

    Constant,
}
