using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>One op at the size of a training step: what is checked, what is timed, what it costs.</summary>
/// <param name="Contract">Gives the tolerance of the check.</param>
/// <param name="Name">The op and its place in the model, such as <c>Gemm fc1</c>.</param>
/// <param name="Case">Arguments and the call; its cost is the measure of speed.</param>
public sealed record OpWorkload(OpContract Contract, string Name, OpCase Case)
{
    /// <summary>The sparse form of one of the arguments, built before timing; null for dense ops.</summary>
    public Func<Tensor[], SparseMatrix>? BuildSparse { get; init; }

    /// <summary>What is timed in place of the case's own call where that builds the sparse form each time.</summary>
    public Action<Device, Tensor[], SparseMatrix>? RunSparse { get; init; }
}
