namespace NeuralBurden.Compute.Sparse;

/// <summary>How a device reads a matrix's kept weights one by one, see <see cref="SparseEntries"/>.</summary>
/// <param name="Lanes">Threads that do four rows of a product each, a power of two; entries hold places in their memory.</param>
/// <param name="Cost">
/// Time of a product's multiply-add by entries, in those of a dense product: at a density of 1 / Cost both take as long.
/// </param>
internal readonly record struct EntryShape(int Lanes, double Cost);
