namespace NeuralBurden.Compute.Sparse;

/// <summary>How a device's kernels want the entries of a <see cref="SparseOrder"/>.</summary>
/// <param name="Lanes">Outputs that are summed side by side: 2, or 4 where there are registers for as many.</param>
/// <param name="Chunk">Inputs whose tile the first cache level holds.</param>
internal readonly record struct OrderShape(int Lanes, int Chunk);
