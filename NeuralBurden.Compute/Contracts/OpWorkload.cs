using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Contracts;

/// <summary>One op at one of its sizes in a training step: what is checked, what is timed, what it costs.</summary>
/// <param name="Contract">Gives the tolerance of the check.</param>
/// <param name="Case">Checked as a whole.</param>
/// <param name="IsBackward">Which half of the case is timed.</param>
public sealed record OpWorkload(OpContract Contract, OpCase Case, bool IsBackward = false)
{
    /// <summary>The op, its place in the model and its direction, such as <c>Gemm fc1</c>.</summary>
    public string Name { get; } = string.Join(' ', ((string[])
        [Contract.Name, Case.Place, Case.Backward is null ? "" : IsBackward ? "backward" : "forward"]).Where(s => s != ""));

    public OpCost Cost => IsBackward ? Case.BackwardCost : Case.Cost;

    /// <summary>All workloads of one op, made one after the other, since each holds its arguments in host memory.</summary>
    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents extents)
    {
        foreach (var opCase in contract.StepCases(extents))
        {
            yield return new OpWorkload(contract, opCase);
            if (opCase.Backward is not null) yield return new OpWorkload(contract, opCase, IsBackward: true);
        }
    }

    public void Run(Device device, PlacedArguments arguments) =>
        (IsBackward ? Case.Backward! : Case.Forward)(device, arguments);
}
