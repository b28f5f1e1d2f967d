namespace NeuralBurden.Compute.Tensors;

/// <summary>The argument checks of ops. A failed one names op and argument; a passed one allocates nothing.</summary>
internal static class Require
{
    public static void On(DeviceMemory device, string op, string name, in Tensor tensor, ElementType type)
    {
        if (tensor.IsNone) throw new ArgumentException($"{op}: '{name}' is missing");
        if (tensor.Buffer.Device != device)
            throw new ArgumentException($"{op}: '{name}' lives on '{tensor.Buffer.Device.Id}'");
        if (tensor.Buffer.Type != type)
            throw new ArgumentException($"{op}: '{name}' holds {tensor.Buffer.Type}, expected {type}");
    }

    public static void Floats(DeviceMemory device, string op, string name, in Tensor tensor, Shape shape)
    {
        On(device, op, name, tensor, ElementType.Float32);
        HasShape(op, name, tensor, shape);
    }

    public static void Indices(DeviceMemory device, string op, string name, in Tensor tensor, Shape shape)
    {
        On(device, op, name, tensor, ElementType.Int32);
        HasShape(op, name, tensor, shape);
    }

    /// <summary>A float tensor of the given rank and any extents.</summary>
    public static void Rank(DeviceMemory device, string op, string name, in Tensor tensor, int rank)
    {
        On(device, op, name, tensor, ElementType.Float32);
        if (tensor.Shape.Rank != rank)
            throw new ArgumentException($"{op}: '{name}' has shape {tensor.Shape}, expected rank {rank}");
    }

    public static void OptionalFloats(DeviceMemory device, string op, string name, in Tensor tensor, Shape shape)
    {
        if (!tensor.IsNone) Floats(device, op, name, tensor, shape);
    }

    public static void That(bool condition, string op, string message)
    {
        if (!condition) throw new ArgumentException($"{op}: {message}");
    }

    /// <summary>Two tensors share no element.</summary>
    public static void Disjoint(string op, string nameA, in Tensor a, string nameB, in Tensor b)
    {
        if (a.IsNone || b.IsNone || a.Buffer != b.Buffer) return;
        if (a.Offset < b.Offset + b.Count && b.Offset < a.Offset + a.Count)
            throw new ArgumentException($"{op}: '{nameA}' and '{nameB}' overlap");
    }

    private static void HasShape(string op, string name, in Tensor tensor, Shape shape)
    {
        if (tensor.Shape != shape)
            throw new ArgumentException($"{op}: '{name}' has shape {tensor.Shape}, expected {shape}");
    }
}
