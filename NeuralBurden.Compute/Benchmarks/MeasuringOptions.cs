namespace NeuralBurden.Compute.Benchmarks;

/// <summary>How long to measure.</summary>
/// <param name="Rounds">Samples of each case; 0 takes as many as <paramref name="Seconds"/> allow.</param>
/// <param name="Seconds">Wall time for all cases together, apart from checks and warm-up; at least 3 rounds are run.</param>
/// <param name="WarmUpRounds">
/// Rounds that are not counted: the JIT compiles a hot loop in stages, and the first steps plan memory and masks.
/// </param>
/// <param name="SampleSeconds">Shorter work is repeated within a sample until it takes about this long.</param>
public sealed record MeasuringOptions(
    int Rounds = 0, double Seconds = 20, int WarmUpRounds = 5, double SampleSeconds = 0)
{
    public const int FewestRounds = 3;
}
