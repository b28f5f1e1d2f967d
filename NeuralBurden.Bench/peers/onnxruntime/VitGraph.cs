using Google.Protobuf;
using NeuralBurden.Vit.Formats.Onnx;
using static NeuralBurden.Vit.Formats.Onnx.OnnxGraph;

namespace NeuralBurden.Bench.Peers;

/// <summary>The benchmark ViT (see pytorch/vit.py) with random weights as an ONNX model.</summary>
/// <param name="options">The shape.</param>
/// <param name="fused">Attention and GELU as ONNX Runtime's own operators (com.microsoft), else as exporters write them.</param>
internal sealed class VitGraph(PeerOptions options, bool fused)
{
    private const string Own = "com.microsoft";
    private const int IrVersion = 8;

    private readonly Random _random = new(0);
    private readonly OnnxGraph _graph = new("vit");
    private int _weights;

    private int Dim => options.Dim;

    private int Hidden => PeerOptions.MlpRatio * Dim;

    private int Tokens => options.Patches + 1;

    public byte[] Write()
    {
        int image = options.Image, patch = options.Patch;
        var pixels = _graph.Input("x", PeerOptions.Channels, image, image);
        var patches = _graph.Node(
            "Conv",
            [pixels, Weights(Dim, PeerOptions.Channels, patch, patch), Weights(Dim)],
            Attribute("kernel_shape", [patch, patch]), Attribute("strides", [patch, patch]));
        patches = patches.Reshape(options.Batch, Dim, options.Patches).Transpose(0, 2, 1);
        var x = Weights(options.Batch, 1, Dim).Concat(1, patches) + Weights(1, Tokens, Dim);
        for (int block = 0; block < options.Depth; block++)
        {
            x += Linear(Attend(Norm(x)), Dim, Dim);
            x += Linear(Gelu(Linear(Norm(x), Dim, Hidden)), Hidden, Dim);
        }

        _graph.Output("y", Linear(Norm(x).Take(1, 0), Dim, PeerOptions.Classes), PeerOptions.Classes);
        var model = new ModelProto { IrVersion = IrVersion, Graph = _graph.Proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Own, Version = 1 });
        return model.ToByteArray();
    }

    private OnnxValue Attend(OnnxValue x)
    {
        if (fused)
        {
            return OwnNode(
                "Attention", [x, Weights(Dim, 3 * Dim), Weights(3 * Dim)], Attribute("num_heads", (long)options.Heads));
        }

        int head = Dim / options.Heads;
        var qkv = Linear(x, Dim, 3 * Dim).Reshape(options.Batch, Tokens, 3, options.Heads, head).Transpose(2, 0, 3, 1, 4);
        OnnxValue queries = qkv.Take(0, 0), keys = qkv.Take(0, 1), values = qkv.Take(0, 2);
        var scores = queries.MatMul(keys.Transpose(0, 1, 3, 2)) * (1 / MathF.Sqrt(head));
        return scores.Softmax().MatMul(values).Transpose(0, 2, 1, 3).Reshape(options.Batch, Tokens, Dim);
    }

    private OnnxValue Gelu(OnnxValue x) => fused
        ? OwnNode("Gelu", [x])
        : x * ((x / _graph.Scalar(MathF.Sqrt(2))).Erf() + 1) * 0.5f;

    private OnnxValue Norm(OnnxValue x) => _graph.Node(
        "LayerNormalization", [x, Weights(Dim), Weights(Dim)], Attribute("axis", -1L), Attribute("epsilon", 1e-6f));

    private OnnxValue Linear(OnnxValue x, int inputs, int outputs) => x.MatMul(Weights(inputs, outputs)) + Weights(outputs);

    private OnnxValue OwnNode(string op, OnnxValue[] inputs, params AttributeProto[] attributes)
    {
        var output = _graph.Node(op, inputs, attributes);
        _graph.Proto.Node[^1].Domain = Own;
        return output;
    }

    private OnnxValue Weights(params int[] shape)
    {
        float[] values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = (_random.NextSingle() - 0.5f) / 8;
        return _graph.Weight($"w{_weights++}", shape, values);
    }
}
