using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>An op on a device, checked against the reference at the very size and arguments that are timed.</summary>
public sealed class OpMeasured(OpWorkload workload, Device device) : IMeasured, IDisposable
{
    private PlacedArguments? _arguments;

    public string Name => workload.Name;

    /// <inheritdoc/>
    public string? Check()
    {
        using var reference = new ReferenceDevice();
        if (OpCheck.Compare(workload.Contract, workload.Case, device, reference) is { } difference)
            return $"{Name} ({workload.Case.Description}): {difference}";
        _arguments = new PlacedArguments(workload.Case, device);
        // A gradient needs what the op itself has kept.
        if (workload.IsBackward) workload.Case.Forward(device, _arguments);
        return null;
    }

    /// <inheritdoc/>
    public void Run() => workload.Run(device, _arguments!);

    /// <inheritdoc/>
    public void Complete() => device.Synchronize();

    public void Dispose() => _arguments?.Dispose();
}
