using Google.Protobuf;

namespace NeuralBurden.Vit.Formats.Onnx;

/// <summary>
/// An ONNX graph that is built value by value, see <see cref="OnnxValue"/>. Nodes are in the order of their making, which
/// is the order of computation that the format asks for; equal constants are one.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The operator set: the first with LayerNormalization.</summary>
    public const int Opset = 17;

    private const string BatchDimension = "batch";

    private readonly Dictionary<string, OnnxValue> _constants = [];
    private int _nodes;

    public GraphProto Proto { get; } = new() { Name = name };

    /// <summary>What the names of the nodes to come begin with.</summary>
    public string Scope { get; set; } = "";

    /// <summary>A float32 input whose first dimension is the batch.</summary>
    public OnnxValue Input(string name, params ReadOnlySpan<int> shape)
    {
        Proto.Input.Add(Declare(name, shape));
        return new OnnxValue(this, name);
    }

    /// <summary>Names a float32 value of the graph as its output; its first dimension is the batch.</summary>
    public void Output(string name, OnnxValue value, params ReadOnlySpan<int> shape)
    {
        var node = Proto.Node.Single(n => n.Output.Contains(value.Name));
        node.Output[node.Output.IndexOf(value.Name)] = name;
        Proto.Output.Add(Declare(name, shape));
    }

    /// <summary>A weight under its own name.</summary>
    /// <param name="sparse">Whether it may be stored sparsely, where that is smaller.</param>
    public OnnxValue Weight(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values, bool sparse = false)
    {
        if (sparse && OnnxTensors.Sparse(name, shape, values) is { } kept) Proto.SparseInitializer.Add(kept);
        else Proto.Initializer.Add(OnnxTensors.Floats(name, shape, values));
        return new OnnxValue(this, name);
    }

    public OnnxValue Scalar(float value) => Constant($"float_{value:R}", n => OnnxTensors.Floats(n, [], [value]));

    /// <summary>[n] int64.</summary>
    public OnnxValue Integers(params long[] values) =>
        Constant($"int_{string.Join('_', values)}", n => OnnxTensors.Integers(n, [values.Length], values));

    /// <summary>[1, n] int64 under a name of its own.</summary>
    public OnnxValue Row(string name, ReadOnlySpan<long> values)
    {
        Proto.Initializer.Add(OnnxTensors.Integers(name, [1, values.Length], values));
        return new OnnxValue(this, name);
    }

    /// <summary>A node of one output.</summary>
    public OnnxValue Node(string op, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Nodes(op, 1, inputs, attributes)[0];

    /// <summary>A node of several outputs.</summary>
    public OnnxValue[] Nodes(
        string op, int outputs, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{Scope}{op}_{_nodes++}" };
        foreach (var input in inputs) node.Input.Add(input.Name);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        for (int i = 0; i < outputs; i++) node.Output.Add(outputs == 1 ? node.Name : $"{node.Name}:{i}");
        Proto.Node.Add(node);
        return [.. node.Output.Select(output => new OnnxValue(this, output))];
    }

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Attribute(string name, TensorProto value) =>
        new() { Name = name, T = value, Type = AttributeProto.Types.AttributeType.Tensor };

    public static AttributeProto Attribute(string name, ReadOnlySpan<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (int value in values) attribute.Ints.Add(value);
        return attribute;
    }

    private OnnxValue Constant(string name, Func<string, TensorProto> tensor)
    {
        if (_constants.TryGetValue(name, out var known)) return known;
        Proto.Initializer.Add(tensor(name));
        return _constants[name] = new OnnxValue(this, name);
    }

    private static ValueInfoProto Declare(string name, ReadOnlySpan<int> shape)
    {
        var extents = new TensorShapeProto();
        extents.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = BatchDimension });
        foreach (int extent in shape) extents.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = extent });
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = extents };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
