using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Bench;

/// <summary>A workload of an op as a benchmark parameter: what a table shows of it and what it costs.</summary>
/// <param name="Name">As <see cref="OpWorkload"/> has it.</param>
/// <param name="Extents">Of the model.</param>
/// <param name="Cost">Of one call.</param>
public sealed record CaseName(string Name, StepExtents Extents, OpCost Cost)
{
    public override string ToString() => $"{Name} T{Extents.Tokens} d{Extents.Dim}";
}
