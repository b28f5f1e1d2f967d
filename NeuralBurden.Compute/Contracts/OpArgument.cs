using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>One tensor of an <see cref="OpCase"/> with its initial contents, which are kept on the host.</summary>
public sealed class OpArgument
{
    private OpArgument(string name, Shape shape, ElementType type, bool isOutput)
    {
        (Name, Shape, Type, IsOutput) = (name, shape, type, isOutput);
    }

    public string Name { get; }

    /// <summary>Empty for one whose shape is the device's own, see <see cref="Kept"/>.</summary>
    public Shape Shape { get; }

    public ElementType Type { get; }

    /// <summary>Compared between devices after the op has run.</summary>
    public bool IsOutput { get; }

    public float[] Floats { get; private init; } = [];

    public int[] Ints { get; private init; } = [];

    public byte[] Bytes { get; private init; } = [];

    private ulong[]? Mask { get; init; }

    private Func<Device, Shape>? ShapeOn { get; init; }

    public static OpArgument Input(string name, Shape shape, float[] values) =>
        new(name, shape, ElementType.Float32, isOutput: false) { Floats = values };

    public static OpArgument Input(string name, Shape shape, int[] values) =>
        new(name, shape, ElementType.Int32, isOutput: false) { Ints = values };

    public static OpArgument Input(string name, Shape shape, byte[] values) =>
        new(name, shape, ElementType.UInt8, isOutput: false) { Bytes = values };

    /// <summary>A matrix, zero wherever the mask is, which ops take in its sparse form.</summary>
    public static OpArgument Masked(string name, Shape shape, float[] values, ulong[] mask) =>
        new(name, shape, ElementType.Float32, isOutput: false) { Floats = values, Mask = mask };

    /// <summary>What a device keeps in a layout of its own from one op for another.</summary>
    public static OpArgument Kept(string name, Func<Device, Shape> shape) =>
        new(name, new Shape(0), ElementType.Float32, isOutput: false) { ShapeOn = shape };

    /// <summary>A float output; <paramref name="initial"/> matters where the op accumulates.</summary>
    public static OpArgument Output(string name, Shape shape, float[]? initial = null) =>
        new(name, shape, ElementType.Float32, isOutput: true) { Floats = initial ?? Poison(shape) };

    public static OpArgument IndexOutput(string name, Shape shape) =>
        new(name, shape, ElementType.Int32, isOutput: true) { Ints = new int[shape.Count] };

    /// <summary>The argument as a tensor of its own on a device.</summary>
    public Tensor Place(Device device)
    {
        var tensor = device.AllocateTensor(ShapeOn?.Invoke(device) ?? Shape, Name, Type);
        if (ShapeOn is not null) return tensor;
        if (Type == ElementType.Float32) device.Upload(Floats, tensor);
        else if (Type == ElementType.Int32) device.Upload(Ints, tensor);
        else device.Upload(Bytes, tensor);
        return tensor;
    }

    /// <summary>The sparse form of a masked argument, beside its dense one; null for others.</summary>
    internal SparseMatrix? PlaceSparse(Device device, in Tensor dense)
    {
        if (Mask is null) return null;
        var matrix = device.AllocateSparse(dense);
        device.SparseBuild(matrix, Mask);
        return matrix;
    }

    // An output that an op forgets to write must not agree by chance.
    private static float[] Poison(Shape shape)
    {
        float[] values = new float[shape.Count];
        Array.Fill(values, 12345.678f);
        return values;
    }
}
