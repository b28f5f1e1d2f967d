using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Contracts;

/// <summary>A legal input of an op, ready to run on any device.</summary>
/// <param name="Description">Shapes and options, for messages.</param>
/// <param name="Arguments">
/// In the order in which <paramref name="Forward"/> and <see cref="Backward"/> number them. One named dX is the gradient of X:
/// by these names tests find what to hold against central differences.
/// </param>
/// <param name="Forward">Calls the op's public method.</param>
/// <param name="Cost">Work of <paramref name="Forward"/>.</param>
public sealed record OpCase(
    string Description,
    IReadOnlyList<OpArgument> Arguments,
    Action<Device, PlacedArguments> Forward,
    OpCost Cost = default)
{
    /// <summary>Where in a step the op has this size; empty where one place is enough.</summary>
    public string Place { get; init; } = "";

    /// <summary>Calls the op's gradient, after <see cref="Forward"/>; null where the case has none.</summary>
    public Action<Device, PlacedArguments>? Backward { get; init; }

    /// <summary>Work of <see cref="Backward"/>.</summary>
    public OpCost BackwardCost { get; init; }

    /// <summary>Ops that only checks run, at the end: they show what has no form of its own, or another form of the op.</summary>
    public Action<Device, PlacedArguments>? AlsoChecked { get; init; }

    public void Run(Device device, PlacedArguments arguments)
    {
        Forward(device, arguments);
        Backward?.Invoke(device, arguments);
        AlsoChecked?.Invoke(device, arguments);
    }
}
