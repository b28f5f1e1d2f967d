namespace NeuralBurden.Vit.Reports;

/// <summary>The measured peak of a device as its file has it.</summary>
/// <param name="Column">The device; see <see cref="DeviceRow.Column"/>.</param>
/// <param name="Gflops">Best GFLOP/s of fused multiply-adds.</param>
/// <param name="Levels">GB/s by the bytes that are touched, the smallest first; the last is the memory's.</param>
public sealed record DevicePeak(string Column, double Gflops, IReadOnlyList<(long Bytes, double Bandwidth)> Levels);
