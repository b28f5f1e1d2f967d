namespace NeuralBurden.Vit.Runs;

/// <summary>What computed one prunable matrix's products in the last training step: <c>dense</c> or <c>sparse</c>.</summary>
/// <param name="Name">timm's name of the matrix.</param>
/// <param name="Forward">y = x W^T.</param>
/// <param name="InputGradient">dX = dY W.</param>
/// <param name="WeightGradient">dW = dY^T X; dense where the method needs the gradient of pruned weights.</param>
public sealed record LayerKernels(string Name, string Forward, string InputGradient, string WeightGradient)
{
    public const string Dense = "dense", Sparse = "sparse";
}
