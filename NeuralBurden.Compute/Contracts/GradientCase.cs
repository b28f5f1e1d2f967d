using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>
/// A differentiable function built from an op and its backward, for the check by central differences and the adjoint
/// identity &lt;Jv, u&gt; = &lt;v, J^T u&gt;.
/// </summary>
/// <param name="Description">Shapes and options, for messages.</param>
/// <param name="Inputs">Shapes of the inputs that have a gradient.</param>
/// <param name="Values">One array per input.</param>
/// <param name="Output">Shape of the one output.</param>
/// <param name="Forward">Writes the output: (device, workspace, inputs, output).</param>
/// <param name="Backward">
/// Writes the input gradients: (device, workspace, inputs, output gradient, input gradients); computes anew what it
/// needs of the forward pass.
/// </param>
public sealed record GradientCase(
    string Description,
    IReadOnlyList<Shape> Inputs,
    IReadOnlyList<float[]> Values,
    Shape Output,
    Action<Device, Workspace, Tensor[], Tensor> Forward,
    Action<Device, Workspace, Tensor[], Tensor, Tensor[]> Backward);
