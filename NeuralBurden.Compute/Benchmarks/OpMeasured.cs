using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>An op on a device, checked against the reference at the very size and arguments that are timed.</summary>
public sealed class OpMeasured(OpWorkload workload, Device device) : IMeasured, IDisposable
{
    private Tensor[] _tensors = [];
    private SparseMatrix? _sparse;

    public OpWorkload Workload => workload;

    public string Name => workload.Name;

    /// <inheritdoc/>
    public string? Check()
    {
        using var reference = new ReferenceDevice();
        if (OpCheck.Compare(workload.Contract, workload.Case, device, reference) is { } difference)
            return $"{Name} ({workload.Case.Description}): {difference}";
        _tensors = [.. workload.Case.Arguments.Select(a => a.Place(device))];
        _sparse = workload.BuildSparse?.Invoke(_tensors);
        return null;
    }

    /// <inheritdoc/>
    public void Run()
    {
        if (_sparse is not null) workload.RunSparse!(device, _tensors, _sparse);
        else workload.Case.Run(device, _tensors);
    }

    /// <inheritdoc/>
    public void Complete() => device.Synchronize();

    public void Dispose()
    {
        _sparse?.Dispose();
        foreach (var tensor in _tensors) tensor.Buffer.Dispose();
    }
}
