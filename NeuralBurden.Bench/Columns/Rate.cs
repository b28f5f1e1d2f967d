namespace NeuralBurden.Bench.Columns;

/// <summary>What a <see cref="RateColumn"/> shows.</summary>
public enum Rate
{
    /// <summary>2 FLOP per multiply-add of matrix products.</summary>
    Gflops,

    /// <summary>Bytes that must be read and written once.</summary>
    Bandwidth,

    /// <summary>Time at the machine's measured peak over the time taken; see <c>OpResult.PercentOfPeak</c>.</summary>
    PercentOfPeak,
}
