namespace NeuralBurden.Pruning.Errors;

/// <summary>
/// A mask cannot be decided because scores are NaN or infinite; names the tensor and the position.
/// </summary>
public sealed class PruningNumericException(string tensor, string what, int row, int column, float value)
    : Exception($"Tensor '{tensor}': {what} at [{row}, {column}] is {value}; masks need finite scores.")
{
    public string Tensor { get; } = tensor;
}
