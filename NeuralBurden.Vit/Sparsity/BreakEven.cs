namespace NeuralBurden.Vit.Sparsity;

/// <summary>Densities below which the sparse form of a product is the faster one, 0 where it never is.</summary>
/// <param name="Forward">y = x W^T.</param>
/// <param name="InputGradient">dX = dY W.</param>
public readonly record struct BreakEven(double Forward, double InputGradient)
{
    /// <summary>The larger one: whether a sparse form pays at all.</summary>
    public double Largest => Math.Max(Forward, InputGradient);
}
