namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// A tile whose shared memory suffices for attention, which keeps four tiles in it at a time.
/// </summary>
internal interface ISmallTile : ITile
{
}
