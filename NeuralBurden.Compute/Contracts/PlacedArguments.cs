using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>The arguments of a case on a device, with the sparse forms of masked ones.</summary>
public sealed class PlacedArguments : IDisposable
{
    private readonly Tensor[] _tensors;
    private readonly SparseMatrix?[] _sparse = [];

    /// <summary>Tensors that somebody else disposes; none of them is masked.</summary>
    public PlacedArguments(params Tensor[] tensors) => _tensors = tensors;

    public PlacedArguments(OpCase opCase, Device device)
    {
        _tensors = [.. opCase.Arguments.Select(a => a.Place(device))];
        _sparse = [.. opCase.Arguments.Select((a, i) => a.PlaceSparse(device, _tensors[i]))];
    }

    public Tensor this[int argument] => _tensors[argument];

    /// <summary>The sparse form of a masked argument.</summary>
    public SparseMatrix Sparse(int argument) => _sparse[argument]!;

    public void Dispose()
    {
        foreach (var matrix in _sparse) matrix?.Dispose();
        foreach (var tensor in _tensors) tensor.Buffer.Dispose();
    }
}
