namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Measured bandwidth of the triad over so many bytes: of the cache that holds them, or of the memory.</summary>
/// <param name="Bytes">What all threads together touch.</param>
/// <param name="Bandwidth">Best GB/s.</param>
public sealed record MemoryLevel(long Bytes, double Bandwidth);
