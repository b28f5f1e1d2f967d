namespace NeuralBurden.Pruning.Tensors;

/// <summary>A matrix of which only the extents matter, to ask a pattern what it would make of it.</summary>
public sealed class ShapeTensor(string name, int rows, int columns) : PrunableTensor(name, rows, columns)
{
    public override bool Has(TensorPart part) => false;

    public override ReadOnlySpan<float> Read(TensorPart part) => throw NoValues();

    public override Span<float> Edit(TensorPart part) => throw NoValues();

    private static NotSupportedException NoValues() => new("a shape has no values");
}
