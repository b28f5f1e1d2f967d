namespace NeuralBurden.Vit.Runs;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    Preparing,
    Training,
    Evaluating,
    MeasuringBurden,
    Saving,
}
