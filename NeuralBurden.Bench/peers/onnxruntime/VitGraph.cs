using static NeuralBurden.Bench.Peers.GraphWriter;

namespace NeuralBurden.Bench.Peers;

/// <summary>The benchmark ViT (see pytorch/vit.py) with random weights as an ONNX model of a fixed batch.</summary>
/// <param name="options">The shape.</param>
/// <param name="fused">Attention and GELU as ONNX Runtime's own operators (com.microsoft), else as exporters write them.</param>
internal sealed class VitGraph(PeerOptions options, bool fused)
{
    private const string Own = "com.microsoft";

    private readonly Random _random = new(0);
    private readonly GraphWriter _graph = new();

    private int Dim => options.Dim;

    private int Tokens => options.Patches + 1;

    public byte[] Write()
    {
        var patches = _graph.Node(
            "Conv",
            ["x", Weights(Dim, PeerOptions.Channels, options.Patch, options.Patch), Weights(Dim)],
            [Attribute("kernel_shape", [options.Patch, options.Patch]), Attribute("strides", [options.Patch, options.Patch])]);
        patches = Transpose(Reshape(patches, options.Batch, Dim, options.Patches), 0, 2, 1);
        string x = _graph.Node("Concat", [Weights(options.Batch, 1, Dim), patches], [Attribute("axis", 1)]);
        x = Add(x, Weights(1, Tokens, Dim));
        for (int block = 0; block < options.Depth; block++)
        {
            x = Add(x, Linear(Attend(Norm(x)), Dim, Dim));
            x = Add(x, Linear(Gelu(Linear(Norm(x), Dim, PeerOptions.MlpRatio * Dim)), PeerOptions.MlpRatio * Dim, Dim));
        }

        string first = _graph.Node("Gather", [Norm(x), _graph.Constant(0L)], [Attribute("axis", 1)]);
        string head = Linear(Reshape(first, options.Batch, Dim), Dim, PeerOptions.Classes);
        _graph.Node("Identity", [head], output: "y");
        return _graph.Model(
            [options.Batch, PeerOptions.Channels, options.Image, options.Image], [options.Batch, PeerOptions.Classes]);
    }

    private string Attend(string x)
    {
        if (fused)
        {
            return _graph.Node(
                "Attention", [x, Weights(Dim, 3 * Dim), Weights(3 * Dim)], [Attribute("num_heads", options.Heads)], Own);
        }

        int head = Dim / options.Heads;
        string qkv = Reshape(Linear(x, Dim, 3 * Dim), options.Batch, Tokens, 3, options.Heads, head);
        qkv = Transpose(qkv, 2, 0, 3, 1, 4);
        string[] parts = [.. Enumerable.Range(0, 3).Select(i =>
            Reshape(_graph.Node("Gather", [qkv, _graph.Constant((long)i)], [Attribute("axis", 0)]),
                options.Batch, options.Heads, Tokens, head))];
        string scores = _graph.Node("MatMul", [parts[0], Transpose(parts[1], 0, 1, 3, 2)]);
        scores = _graph.Node("Mul", [scores, _graph.Constant([1 / MathF.Sqrt(head)], 1)]);
        string values = _graph.Node("MatMul", [_graph.Node("Softmax", [scores], [Attribute("axis", -1)]), parts[2]]);
        return Reshape(Transpose(values, 0, 2, 1, 3), options.Batch, Tokens, Dim);
    }

    private string Gelu(string x)
    {
        if (fused) return _graph.Node("Gelu", [x], domain: Own);
        string erf = _graph.Node("Erf", [_graph.Node("Div", [x, _graph.Constant([MathF.Sqrt(2)], 1)])]);
        string scaled = _graph.Node("Mul", [x, Add(erf, _graph.Constant([1f], 1))]);
        return _graph.Node("Mul", [scaled, _graph.Constant([0.5f], 1)]);
    }

    private string Norm(string x) => _graph.Node(
        "LayerNormalization", [x, Weights(Dim), Weights(Dim)], [Attribute("axis", -1), Attribute("epsilon", 1e-6f)]);

    private string Linear(string x, int inputs, int outputs) =>
        Add(_graph.Node("MatMul", [x, Weights(inputs, outputs)]), Weights(outputs));

    private string Add(string a, string b) => _graph.Node("Add", [a, b]);

    private string Reshape(string x, params long[] shape) => _graph.Node("Reshape", [x, _graph.Constant(shape)]);

    private string Transpose(string x, params long[] order) => _graph.Node("Transpose", [x], [Attribute("perm", order)]);

    private string Weights(params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = (_random.NextSingle() - 0.5f) / 8;
        return _graph.Constant(values, shape);
    }
}
