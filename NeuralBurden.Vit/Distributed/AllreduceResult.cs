namespace NeuralBurden.Vit.Distributed;

/// <summary>Times of one size, as rank 0 saw them, in microseconds.</summary>
/// <param name="Bytes">Of the gradient.</param>
/// <param name="Repeats">Measurements.</param>
/// <param name="Median">Of the times.</param>
/// <param name="Low">Tenth percentile.</param>
/// <param name="High">Ninetieth percentile.</param>
public sealed record AllreduceResult(long Bytes, int Repeats, double Median, double Low, double High);
