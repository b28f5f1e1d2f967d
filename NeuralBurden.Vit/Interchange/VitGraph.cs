using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Interchange;

/// <summary>
/// The evaluation pass of a <see cref="VisionTransformer"/> as an ONNX graph. Matrices lie transposed, [in, out], as
/// MatMul takes them; all other weights as in the model's file.
/// </summary>
internal sealed class VitGraph
{
    public const string Images = "images";
    public const string Logits = "logits";

    private readonly Device _device;
    private readonly VisionTransformer _model;
    private readonly bool _sparse;
    private readonly OnnxGraph _graph = new("vit");

    private VitGraph(Device device, VisionTransformer model, bool sparse) => (_device, _model, _sparse) = (device, model, sparse);

    /// <summary>images [B, C, H, W], normalised, to logits [B, classes].</summary>
    /// <param name="device">Where the model lives.</param>
    /// <param name="model">Its effective weights, and its merging if it merges.</param>
    /// <param name="sparse">Whether pruned matrices may be sparse initializers, where these are smaller.</param>
    /// <exception cref="SettingException">The merging has no ONNX form; names it.</exception>
    public static OnnxGraph Of(Device device, VisionTransformer model, bool sparse)
    {
        var builder = new VitGraph(device, model, sparse);
        builder.Build();
        return builder._graph;
    }

    private void Build()
    {
        var shape = _model.Shape;
        var state = Embed(_graph.Input(Images, shape.Channels, shape.Height, shape.Width));
        state = MergeGraph.Merge(_model.Merging, 0, shape, state, attention: null);
        for (int i = 0; i < shape.Depth; i++)
        {
            _graph.Scope = $"blocks.{i}/";
            state = Block(i, state);
        }

        _graph.Scope = "";
        _graph.Output(Logits, Classify(state), shape.Classes);
    }

    private GraphTokens Embed(OnnxValue images)
    {
        var shape = _model.Shape;
        int[] patch = [shape.Patch, shape.Patch];
        var patches = _graph.Node(
            "Conv",
            [images, Weight("patch_embed.proj.weight"), Weight("patch_embed.proj.bias")],
            OnnxGraph.Attribute("kernel_shape", patch),
            OnnxGraph.Attribute("strides", patch));
        var tokens = patches.Reshape(0, 0, -1).Transpose(0, 2, 1);
        if (Front() is { } front)
        {
            var each = images.Shape(0, 1).Concat(0, _graph.Integers(shape.Extra, shape.Dim));
            tokens = front.Expand(each).Concat(1, tokens);
        }

        tokens += Weight("pos_embed");
        return new GraphTokens(shape.Variant.PreNorm ? Norm(tokens, "norm_pre") : tokens, null, null, shape.Tokens);
    }

    // [1, extra, C]: the class token, and registers, which are their positions alone.
    private OnnxValue? Front()
    {
        var shape = _model.Shape;
        OnnxValue? first = shape.ClassToken ? Weight("cls_token") : null;
        int registers = shape.Variant.Registers;
        if (registers == 0) return first;
        var zeros = _graph.Weight("registers", [1, registers, shape.Dim], new float[registers * shape.Dim]);
        return first?.Concat(1, zeros) ?? zeros;
    }

    private GraphTokens Block(int index, in GraphTokens state)
    {
        string prefix = $"blocks.{index}.";
        int heads = _model.Shape.Block(index).Heads, d = _model.Shape.HeadDim, inner = heads * d;
        var parts = Linear(Norm(state.Tokens, prefix + "norm1"), prefix + "attn.qkv").Split(-1, inner, inner, inner);
        OnnxValue Heads(OnnxValue x) => x.Reshape(0, 0, heads, d).Transpose(0, 2, 1, 3);
        OnnxValue q = Heads(parts[0]), k = Heads(parts[1]), v = Heads(parts[2]);
        var scores = (q * (float)(1 / Math.Sqrt(d))).MatMul(k.Transpose(0, 1, 3, 2));
        if (state.KeyBias is { } bias) scores += bias.Unsqueeze(1, 2);
        var probabilities = scores.Softmax();
        var attended = probabilities.MatMul(v).Transpose(0, 2, 1, 3).Reshape(0, 0, inner);
        var stream = state with { Tokens = state.Tokens + Linear(attended, prefix + "attn.proj") };
        var attention = new GraphAttention(k, probabilities);
        stream = MergeGraph.Merge(_model.Merging, index + 1, _model.Shape, stream, attention);
        var hidden = Gelu(Linear(Norm(stream.Tokens, prefix + "norm2"), prefix + "mlp.fc1"));
        return stream with { Tokens = stream.Tokens + Linear(hidden, prefix + "mlp.fc2") };
    }

    private OnnxValue Classify(in GraphTokens state)
    {
        var shape = _model.Shape;
        switch (shape.Variant.Readout)
        {
            case Readout.Plain:
                return Head(shape.ClassToken ? state.Tokens.Take(1, 0) : Mean(state.Tokens, state.Sizes, 0), "head");
            case Readout.PatchMean:
                return Head(Mean(state.Tokens, state.Sizes, shape.Extra), "head");
            case Readout.NormedPatchMean:
                return Linear(Mean(Norm(state.Tokens, "norm"), state.Sizes, shape.Extra), "head");
            case Readout.Distilled:
                return (Head(state.Tokens.Take(1, 0), "head") + Head(state.Tokens.Take(1, 1), "head_dist")) * 0.5f;
            default:
                throw new SettingException("model.variant", $"'{shape.Variant}' has no ONNX form");
        }

        OnnxValue Head(OnnxValue vector, string name) => Linear(Norm(vector, "norm"), name);
    }

    // Of the tokens from first on, each as often as its size says.
    private static OnnxValue Mean(OnnxValue tokens, OnnxValue? sizes, int first)
    {
        if (first > 0) (tokens, sizes) = (tokens.Slice(1, first), sizes?.Slice(1, first));
        return sizes is { } s ? (tokens * s).Sum(1, keep: false) / s.Sum(1, keep: false) : tokens.Mean(1);
    }

    private OnnxValue Norm(OnnxValue x, string name) => _graph.Node(
        "LayerNormalization",
        [x, Weight(name + ".weight"), Weight(name + ".bias")],
        OnnxGraph.Attribute("axis", -1L),
        OnnxGraph.Attribute("epsilon", _model.Shape.Variant.NormEpsilon));

    private OnnxValue Linear(OnnxValue x, string name)
    {
        var weight = _model.Parameters[name + ".weight"];
        int rows = weight.Shape[0], columns = weight.Shape[1];
        float[] values = Values(weight), turned = new float[values.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) turned[(c * rows) + r] = values[(r * columns) + c];
        }

        return x.MatMul(_graph.Weight(weight.Name, [columns, rows], turned, _sparse)) + Weight(name + ".bias");
    }

    // x Phi(x) with the erf.
    private static OnnxValue Gelu(OnnxValue x) => x * 0.5f * ((x * (float)Math.Sqrt(0.5)).Erf() + 1);

    private OnnxValue Weight(string name)
    {
        var parameter = _model.Parameters[name];
        return _graph.Weight(name, [.. parameter.FileShape], Values(parameter));
    }

    private float[] Values(Parameter parameter)
    {
        float[] values = new float[parameter.Shape.Count];
        _device.Download(parameter.Effective, values);
        return values;
    }
}
