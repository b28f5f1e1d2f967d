using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>Where several runs train at once there is no line for each one's epochs.</summary>
internal sealed class QuietProgress : IProgress<TrainingProgress>
{
    public static readonly QuietProgress Instance = new();

    public void Report(TrainingProgress value)
    {
    }
}
