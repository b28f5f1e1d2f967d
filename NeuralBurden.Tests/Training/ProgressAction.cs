using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Tests.Training;

/// <summary>Does something at every report; what it throws ends the run where it stands, like a crash.</summary>
internal sealed class ProgressAction(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => action(value);
}
