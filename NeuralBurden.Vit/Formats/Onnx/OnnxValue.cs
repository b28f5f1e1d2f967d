using static NeuralBurden.Vit.Formats.Onnx.OnnxGraph;

namespace NeuralBurden.Vit.Formats.Onnx;

/// <summary>
/// A value of a graph; every operator and method adds the ONNX node of its name to the graph. Shapes broadcast as in NumPy,
/// negative axes count from the end, and 0 in <see cref="Reshape"/> keeps an extent.
/// </summary>
internal readonly record struct OnnxValue(OnnxGraph Graph, string Name)
{
    private const long End = long.MaxValue;

    public static OnnxValue operator +(OnnxValue a, OnnxValue b) => a.Graph.Node("Add", [a, b]);

    public static OnnxValue operator -(OnnxValue a, OnnxValue b) => a.Graph.Node("Sub", [a, b]);

    public static OnnxValue operator *(OnnxValue a, OnnxValue b) => a.Graph.Node("Mul", [a, b]);

    public static OnnxValue operator /(OnnxValue a, OnnxValue b) => a.Graph.Node("Div", [a, b]);

    public static OnnxValue operator +(OnnxValue a, float b) => a + a.Graph.Scalar(b);

    public static OnnxValue operator -(OnnxValue a, float b) => a - a.Graph.Scalar(b);

    public static OnnxValue operator *(OnnxValue a, float b) => a * a.Graph.Scalar(b);

    public static OnnxValue operator >(OnnxValue a, OnnxValue b) => a.Graph.Node("Greater", [a, b]);

    public static OnnxValue operator <(OnnxValue a, OnnxValue b) => a.Graph.Node("Less", [a, b]);

    public OnnxValue MatMul(OnnxValue right) => Graph.Node("MatMul", [this, right]);

    public OnnxValue Transpose(params ReadOnlySpan<int> order) => Graph.Node("Transpose", [this], Attribute("perm", order));

    public OnnxValue Reshape(params long[] extents) => Graph.Node("Reshape", [this, Graph.Integers(extents)]);

    public OnnxValue Unsqueeze(params long[] axes) => Graph.Node("Unsqueeze", [this, Graph.Integers(axes)]);

    /// <summary>Elements start, start + step, ... of an axis, up to end or the last.</summary>
    public OnnxValue Slice(int axis, long start, long end = End, long step = 1) => Slice(axis, start, Graph.Integers(end), step);

    public OnnxValue Slice(int axis, long start, OnnxValue end, long step = 1) => Graph.Node(
        "Slice", [this, Graph.Integers(start), end, Graph.Integers(axis), Graph.Integers(step)]);

    /// <summary>Equal parts along an axis.</summary>
    public OnnxValue[] Split(int axis, params long[] sizes) =>
        Graph.Nodes("Split", sizes.Length, [this, Graph.Integers(sizes)], Attribute("axis", axis));

    public OnnxValue Concat(int axis, OnnxValue other) => Graph.Node("Concat", [this, other], Attribute("axis", axis));

    /// <summary>Extents first to end (not included) as int64 [end - first].</summary>
    public OnnxValue Shape(int first, int end) =>
        Graph.Node("Shape", [this], Attribute("start", first), Attribute("end", end));

    public OnnxValue Shape() => Graph.Node("Shape", [this]);

    public OnnxValue Expand(OnnxValue shape) => Graph.Node("Expand", [this, shape]);

    /// <summary>This value, int64, as the shape of a float tensor of one value.</summary>
    public OnnxValue Filled(float value) => Graph.Node(
        "ConstantOfShape", [this], Attribute("value", OnnxTensors.Floats("value", [1], [value])));

    /// <summary>This value, int64, as the shape of an int64 tensor of one value.</summary>
    public OnnxValue Filled(long value) => Graph.Node(
        "ConstantOfShape", [this], Attribute("value", OnnxTensors.Integers("value", [1], [value])));

    public OnnxValue ToInteger() => Graph.Node("Cast", [this], Attribute("to", (long)TensorProto.Types.DataType.Int64));

    /// <summary>This value, a condition, where true; else the other.</summary>
    public OnnxValue Where(OnnxValue then, OnnxValue otherwise) => Graph.Node("Where", [this, then, otherwise]);

    public OnnxValue And(OnnxValue other) => Graph.Node("And", [this, other]);

    public OnnxValue Max(OnnxValue other) => Graph.Node("Max", [this, other]);

    public OnnxValue Log() => Graph.Node("Log", [this]);

    public OnnxValue Erf() => Graph.Node("Erf", [this]);

    public OnnxValue Elu() => Graph.Node("Elu", [this]);

    public OnnxValue Softmax() => Graph.Node("Softmax", [this], Attribute("axis", -1L));

    public OnnxValue Sum(int axis, bool keep) =>
        Graph.Node("ReduceSum", [this, Graph.Integers(axis)], Attribute("keepdims", keep ? 1L : 0));

    public OnnxValue Mean(int axis) => Reduce("ReduceMean", axis, keep: false);

    public OnnxValue Maximum(int axis, bool keep = false) => Reduce("ReduceMax", axis, keep);

    /// <summary>Euclidean norm along an axis, which is kept.</summary>
    public OnnxValue Norm(int axis) => Reduce("ReduceL2", axis, keep: true);

    /// <summary>The first index of the maximum, int64.</summary>
    public OnnxValue ArgMax(int axis) => Graph.Node("ArgMax", [this], Attribute("axis", axis), Attribute("keepdims", 0L));

    /// <summary>The k highest along the last axis, falling, ties by the lower index first; indices are int64.</summary>
    public (OnnxValue Values, OnnxValue Indices) TopK(int k)
    {
        var parts = Graph.Nodes("TopK", 2, [this, Graph.Integers(k)], Attribute("axis", -1L));
        return (parts[0], parts[1]);
    }

    public OnnxValue CumulativeSum(int axis) => Graph.Node("CumSum", [this, Graph.Integers(axis)]);

    /// <summary>One element of an axis, which goes.</summary>
    public OnnxValue Take(int axis, long index) =>
        Graph.Node("Gather", [this, Graph.Integers(index)], Attribute("axis", axis)).Squeeze(axis);

    /// <summary>output[i, j] = this[i, indices[i, j]].</summary>
    public OnnxValue GatherElements(OnnxValue indices) =>
        Graph.Node("GatherElements", [this, indices], Attribute("axis", 1L));

    /// <summary>output[b, i, ...] = this[b, indices[b, i], ...].</summary>
    public OnnxValue GatherRows(OnnxValue indices) =>
        Graph.Node("GatherND", [this, indices.Unsqueeze(2)], Attribute("batch_dims", 1L));

    /// <summary>This with output[i, indices[i, j], ...] = updates[i, j, ...], or with them added.</summary>
    public OnnxValue Scatter(OnnxValue indices, OnnxValue updates, bool add = false) => Graph.Node(
        "ScatterElements", [this, indices, updates], Attribute("axis", 1L), Attribute("reduction", add ? "add" : "none"));

    public OnnxValue Squeeze(params long[] axes) => Graph.Node("Squeeze", [this, Graph.Integers(axes)]);

    private OnnxValue Reduce(string op, int axis, bool keep) =>
        Graph.Node(op, [this], Attribute("axes", [axis]), Attribute("keepdims", keep ? 1L : 0));
}
