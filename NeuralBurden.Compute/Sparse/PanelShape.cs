namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// What a device's products can skip of W: panels of Depth steps of the sum by Width outputs, where all of it is pruned.
/// </summary>
/// <param name="Width">Outputs of a tile.</param>
/// <param name="Depth">Steps of the sum.</param>
public readonly record struct PanelShape(int Width, int Depth);
