using System.Runtime.InteropServices;

namespace NeuralBurden.Bench.Peers;

/// <summary>Collects nodes and constants of an ONNX graph; field numbers are those of onnx.proto.</summary>
internal sealed class GraphWriter
{
    private const int FloatType = 1, Int64Type = 7, Opset = 17, IrVersion = 8;

    private readonly ProtoWriter _graph = new();
    private int _names;

    /// <summary>Appends a node and returns the name of its output.</summary>
    public string Node(string type, string[] inputs, ProtoWriter[]? attributes = null, string domain = "", string? output = null)
    {
        output ??= $"t{_names++}";
        var node = new ProtoWriter();
        foreach (string input in inputs) node.Text(1, input);
        node.Text(2, output).Text(4, type);
        foreach (var attribute in attributes ?? []) node.Message(5, attribute);
        _graph.Message(1, node.Text(7, domain));
        return output;
    }

    public string Constant(float[] values, params long[] shape) =>
        Initializer(FloatType, MemoryMarshal.AsBytes<float>(values), shape);

    public string Constant(params long[] values) => Initializer(Int64Type, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    public static ProtoWriter Attribute(string name, float value) =>
        new ProtoWriter().Text(1, name).Float(2, value).Number(20, 1);

    public static ProtoWriter Attribute(string name, long value) =>
        new ProtoWriter().Text(1, name).Number(3, value).Number(20, 2);

    public static ProtoWriter Attribute(string name, params long[] values)
    {
        var attribute = new ProtoWriter().Text(1, name);
        foreach (long value in values) attribute.Number(8, value);
        return attribute.Number(20, 7);
    }

    /// <summary>The model file, with the input x and the output y.</summary>
    public byte[] Model(long[] input, long[] output)
    {
        _graph.Text(2, "vit").Message(11, Value("x", input)).Message(12, Value("y", output));
        return new ProtoWriter().Number(1, IrVersion).Message(7, _graph)
            .Message(8, new ProtoWriter().Text(1, "").Number(2, Opset))
            .Message(8, new ProtoWriter().Text(1, "com.microsoft").Number(2, 1)).ToArray();
    }

    private static ProtoWriter Value(string name, long[] shape)
    {
        var dimensions = new ProtoWriter();
        foreach (long extent in shape) dimensions.Message(1, new ProtoWriter().Number(1, extent));
        var tensor = new ProtoWriter().Number(1, FloatType).Message(2, dimensions);
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    private string Initializer(int type, ReadOnlySpan<byte> raw, long[] shape)
    {
        string name = $"c{_names++}";
        var tensor = new ProtoWriter();
        foreach (long extent in shape) tensor.Number(1, extent);
        _graph.Message(5, tensor.Number(2, type).Text(8, name).Bytes(9, raw));
        return name;
    }
}
