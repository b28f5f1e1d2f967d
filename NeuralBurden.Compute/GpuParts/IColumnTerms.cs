namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// What one element adds to the sums over its column; an op that needs one sum leaves the second alone.
/// </summary>
internal interface IColumnTerms
{
    void Add(int row, int column, ref float first, ref float second);
}
