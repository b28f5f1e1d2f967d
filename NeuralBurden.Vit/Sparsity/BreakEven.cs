namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// Up to which share of the work that a dense product is the sparse form is taken; 0 where it never is. The share is the
/// density, and on devices that skip empty panels that of the others.
/// </summary>
/// <param name="Forward">y = x W^T.</param>
/// <param name="InputGradient">dX = dY W.</param>
/// <param name="WeightGradient">dW = dY^T X for kept weights alone.</param>
public readonly record struct BreakEven(double Forward, double InputGradient, double WeightGradient = 0)
{
    /// <summary>The largest one: whether a sparse form pays at all.</summary>
    public double Largest => Math.Max(Math.Max(Forward, InputGradient), WeightGradient);
}
