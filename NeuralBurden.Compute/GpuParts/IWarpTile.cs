namespace NeuralBurden.Compute.GpuParts;

/// <summary>A tile whose threads make up whole warps of 32.</summary>
internal interface IWarpTile : ITile;
