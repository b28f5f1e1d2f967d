namespace NeuralBurden.Pruning.Tensors;

/// <summary>Which dimension of a matrix [outputs, inputs] a group's range runs over.</summary>
public enum GroupAxis
{
    Rows,
    Columns,
}
