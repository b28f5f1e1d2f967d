using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>A legal input of an op, ready to run on any device.</summary>
/// <param name="Description">Shapes and options, for messages.</param>
/// <param name="Arguments">Tensors in the order that <paramref name="Run"/> takes them.</param>
/// <param name="Run">Calls the op's public method.</param>
/// <param name="Cost">Work of this case.</param>
public sealed record OpCase(
    string Description, IReadOnlyList<OpArgument> Arguments, Action<Device, Tensor[]> Run, OpCost Cost = default);
