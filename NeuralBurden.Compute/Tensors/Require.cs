using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Tensors;

/// <summary>The argument checks of an op. A failed one names op and argument; a passed one allocates nothing.</summary>
internal readonly ref struct Require(DeviceMemory device, string op)
{
    public void On(in Tensor tensor, ElementType type, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor.IsNone) throw new ArgumentException($"{op}: '{name}' is missing");
        if (tensor.Buffer.Device.Home != device.Home)
            throw new ArgumentException($"{op}: '{name}' lives on '{tensor.Buffer.Device.Id}'");
        if (tensor.Buffer.Type != type)
            throw new ArgumentException($"{op}: '{name}' holds {tensor.Buffer.Type}, expected {type}");
    }

    /// <summary>A float tensor of any shape.</summary>
    public void Floats(in Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "") =>
        On(tensor, ElementType.Float32, name);

    public void Floats(in Tensor tensor, Shape shape, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        On(tensor, ElementType.Float32, name);
        HasShape(name, tensor, shape);
    }

    public void Indices(in Tensor tensor, Shape shape, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        On(tensor, ElementType.Int32, name);
        HasShape(name, tensor, shape);
    }

    /// <summary>A float tensor of the given rank and any extents.</summary>
    public void Rank(in Tensor tensor, int rank, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        On(tensor, ElementType.Float32, name);
        if (tensor.Shape.Rank != rank)
            throw new ArgumentException($"{op}: '{name}' has shape {tensor.Shape}, expected rank {rank}");
    }

    public void OptionalFloats(in Tensor tensor, Shape shape, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (!tensor.IsNone) Floats(tensor, shape, name);
    }

    public void OptionalIndices(in Tensor tensor, Shape shape, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (!tensor.IsNone) Indices(tensor, shape, name);
    }

    public void That(bool condition, string message)
    {
        if (!condition) throw new ArgumentException($"{op}: {message}");
    }

    /// <summary>Two tensors share no element.</summary>
    public void Disjoint(
        in Tensor a,
        in Tensor b,
        [CallerArgumentExpression(nameof(a))] string nameA = "",
        [CallerArgumentExpression(nameof(b))] string nameB = "")
    {
        if (a.IsNone || b.IsNone || a.Buffer != b.Buffer) return;
        if (a.Offset < b.Offset + b.Count && b.Offset < a.Offset + a.Count)
            throw new ArgumentException($"{op}: '{nameA}' and '{nameB}' overlap");
    }

    private void HasShape(string name, in Tensor tensor, Shape shape)
    {
        if (tensor.Shape != shape)
            throw new ArgumentException($"{op}: '{name}' has shape {tensor.Shape}, expected {shape}");
    }
}
