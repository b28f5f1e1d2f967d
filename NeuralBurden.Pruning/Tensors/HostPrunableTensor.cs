namespace NeuralBurden.Pruning.Tensors;

/// <summary>A prunable matrix over host memory: every part is the live memory, nothing is staged.</summary>
public sealed class HostPrunableTensor : PrunableTensor
{
    private readonly Memory<float>[] _parts;

    /// <summary>
    /// Parts of rows x columns floats each; an empty moment means that the optimizer has none.
    /// </summary>
    /// <exception cref="ArgumentException">A part has another length.</exception>
    public HostPrunableTensor(
        string name, int rows, int columns, Memory<float> weights, Memory<float> gradient,
        Memory<float> effective,
        Memory<float> firstMoment = default, Memory<float> secondMoment = default)
        : base(name, rows, columns)
    {
        _parts = [weights, gradient, effective, firstMoment, secondMoment];
        for (int i = 0; i < _parts.Length; i++)
        {
            bool optional = i >= (int)TensorPart.FirstMoment;
            if (_parts[i].Length == Count || (optional && _parts[i].IsEmpty)) continue;
            throw new ArgumentException(
                $"Tensor '{name}': {(TensorPart)i} has {_parts[i].Length} floats of {rows} x {columns}.");
        }
    }

    /// <summary>Allocates all parts; weights and the rest start at zero.</summary>
    public static HostPrunableTensor Allocate(string name, int rows, int columns, bool moments = true)
    {
        int n = rows * columns;
        return new HostPrunableTensor(
            name, rows, columns, new float[n], new float[n], new float[n],
            moments ? new float[n] : default, moments ? new float[n] : default);
    }

    public override bool Has(TensorPart part) => !_parts[(int)part].IsEmpty;

    public override ReadOnlySpan<float> Read(TensorPart part) => _parts[(int)part].Span;

    public override Span<float> Edit(TensorPart part) => _parts[(int)part].Span;
}
