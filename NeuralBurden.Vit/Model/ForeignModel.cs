using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Layouts;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// A ViT of another program as one of this program: its shape is read from the tensors, and what this program's model has
/// in another form is put into that form, with the same logits. Layer scale is multiplied into the layer before it, absent
/// biases are zero, registers and the distillation token are the positions that they take.
/// </summary>
internal sealed class ForeignModel
{
    // Widths of published models whose heads are not 64 wide: ViT-H, -g, -G and SO400M.
    private static readonly Dictionary<int, int> UnusualHeads = new() { [1280] = 16, [1408] = 16, [1664] = 16, [1152] = 16 };

    private readonly WeightSet _weights;
    private readonly ForeignConfig _config;
    private readonly ModelHints _hints;
    private readonly Checkpoint _target;

    private ForeignModel(WeightSet weights, ForeignConfig config, ModelHints hints, Checkpoint target) =>
        (_weights, _config, _hints, _target) = (weights, config, hints, target);

    /// <summary>Whether the head count was in no file and no hint, but is that of published models of this width.</summary>
    public bool HeadsAssumed { get; private set; }

    /// <summary>
    /// Fills <paramref name="target"/> with the model's weights under this program's names. Heads are taken as they are, and a
    /// file without one has no classes: the caller checks them.
    /// </summary>
    /// <exception cref="CheckpointFormatException">
    /// Something is missing, does not fit or is not supported; names the tensor.
    /// </exception>
    public static (VitShape Shape, bool HeadsAssumed) Read(
        WeightSet weights, ForeignConfig config, ModelHints hints, Checkpoint target)
    {
        var model = new ForeignModel(weights, config, hints, target);
        var shape = model.Read();
        if (weights.Names.Order(StringComparer.Ordinal).FirstOrDefault() is { } left)
        {
            throw weights.Error(
                left, KnownLayout.Describe(weights.Names) ?? "is unknown to the model: no part of a plain pre-norm ViT");
        }

        return (shape, model.HeadsAssumed);
    }

    private VitShape Read()
    {
        int[] embedding = _weights.Shape("patch_embed.proj.weight", 4);
        var (dim, channels, patch) = (embedding[0], embedding[1], embedding[2]);
        if (embedding[3] != patch)
            throw _weights.Error("patch_embed.proj.weight", $"has patches of {patch} x {embedding[3]}; expected squares");
        int depth = Depth();
        int heads = Heads(dim);
        bool classToken = _weights.Has("cls_token"), distilled = _weights.Has("head_dist.weight");
        int registers = (_weights.Has("dist_token") ? 1 : 0)
            + (_weights.Has("reg_token") ? _weights.Shape("reg_token", 3)[1] : 0);
        int extra = registers + (classToken ? 1 : 0);
        var readout = ReadoutOf(classToken, registers, distilled);
        bool preNorm = _weights.Has("norm_pre.weight");
        int rows = _weights.Shape("pos_embed", 3)[1];
        var hints = _hints with { ImageSize = _hints.ImageSize ?? _config.ImageSize };
        var grid = PositionGrid.Of(_weights, rows, extra, patch, hints);
        if (classToken) Add("cls_token", _weights.Take("cls_token", 1, 1, dim), 1, 1, dim);
        Add("pos_embed", Positions(grid, rows, extra, classToken, dim), 1, extra + (grid.Rows * grid.Columns), dim);
        Move("patch_embed.proj.weight", embedding);
        if (preNorm && !_weights.Has("patch_embed.proj.bias")) Add("patch_embed.proj.bias", new float[dim], dim);
        else Move("patch_embed.proj.bias", dim);
        if (preNorm) MoveNorm("norm_pre", "norm_pre", dim);
        int hidden = depth == 0 ? 1 : _weights.Shape("blocks.0.mlp.fc1.weight", 2)[0];
        for (int i = 0; i < depth; i++) MoveBlock($"blocks.{i}.", dim, hidden);
        MoveNorm(_weights.Has("fc_norm.weight") ? "fc_norm" : "norm", "norm", dim);
        int classes = _weights.Has("head.weight") ? _weights.Shape("head.weight", 2)[0] : 0;
        if (classes > 0) MoveHead("head");
        if (distilled) MoveHead("head_dist");
        return new VitShape(
            channels, grid.Rows * patch, grid.Columns * patch, patch, dim, depth, heads, hidden, classes, classToken)
        {
            Variant = new VitVariant
            {
                Readout = readout,
                Registers = registers,
                PreNorm = preNorm,
                NormEpsilon = _config.NormEpsilon ?? (_weights.IsHuggingFace ? 1e-12f : 1e-6f),
            },
        };
    }

    private int Depth()
    {
        int depth = 0;
        while (_weights.Has($"blocks.{depth}.attn.qkv.weight")) depth++;
        return depth > 0 ? depth : throw _weights.Error("blocks.0.attn.qkv.weight", "is missing from the file");
    }

    private int Heads(int dim)
    {
        int? told = _config.Heads ?? _hints.Heads;
        if (told is null && dim >= 192 && (UnusualHeads.ContainsKey(dim) || dim % 64 == 0))
        {
            HeadsAssumed = true;
            told = UnusualHeads.TryGetValue(dim, out int usual) ? usual : dim / 64;
        }

        told ??= _hints.HeadsElse;
        string width = $"the width is {dim}";
        if (told is not { } heads)
        {
            throw _weights.Error(
                "blocks.0.attn.qkv.weight",
                $"does not say how many heads it has, and {width}, of no published model; --heads N says it");
        }

        return heads >= 1 && dim % heads == 0
            ? heads
            : throw _weights.Error("blocks.0.attn.qkv.weight", $"cannot have {heads} heads: {width}, which they must divide");
    }

    private Readout ReadoutOf(bool classToken, int registers, bool distilled)
    {
        bool after = _weights.Has("fc_norm.weight");
        if (after && _weights.Has("norm.weight"))
            throw _weights.Error("fc_norm.weight", "stands beside norm.weight; one final norm is supported");
        if (distilled)
        {
            return classToken && _weights.Has("dist_token") && !after
                ? Readout.Distilled
                : throw _weights.Error("head_dist.weight", "needs cls_token, dist_token and norm");
        }

        if (!after) return classToken ? Readout.Plain : Readout.NormedPatchMean;
        return classToken || registers > 0 ? Readout.PatchMean : Readout.Plain;
    }

    /// <summary>[extra + patches, dim]: those of the file, zero for tokens without, plus what registers learned.</summary>
    private float[] Positions(PositionGrid grid, int rows, int extra, bool classToken, int dim)
    {
        float[] source = _weights.Take("pos_embed", 1, rows, dim);
        float[] positions = new float[(extra + (grid.Rows * grid.Columns)) * dim];
        source.AsSpan(0, grid.Prefix * dim).CopyTo(positions);
        source.AsSpan(grid.Prefix * dim).CopyTo(positions.AsSpan(extra * dim));
        int at = classToken ? dim : 0;
        foreach (string name in new[] { "dist_token", "reg_token" })
        {
            if (!_weights.Has(name)) continue;
            foreach (float value in _weights.Take(name, 1, _weights.Shape(name, 3)[1], dim)) positions[at++] += value;
        }

        return positions;
    }

    private void MoveBlock(string block, int dim, int hidden)
    {
        MoveNorm(block + "norm1", block + "norm1", dim);
        Move(block + "attn.qkv.weight", 3 * dim, dim);
        if (_weights.Has(block + "attn.qkv.bias")) Move(block + "attn.qkv.bias", 3 * dim);
        else Add(block + "attn.qkv.bias", new float[3 * dim], 3 * dim);
        MoveScaled(block + "attn.proj", block + "ls1.gamma", dim, dim);
        MoveNorm(block + "norm2", block + "norm2", dim);
        MoveLinear(block + "mlp.fc1", hidden, dim);
        MoveScaled(block + "mlp.fc2", block + "ls2.gamma", dim, hidden);
    }

    // gamma (W x + b) = (diag(gamma) W) x + gamma b.
    private void MoveScaled(string name, string scale, int outputs, int inputs)
    {
        if (!_weights.Has(scale))
        {
            MoveLinear(name, outputs, inputs);
            return;
        }

        float[] gamma = _weights.Take(scale, outputs);
        float[] weight = _weights.Take(name + ".weight", outputs, inputs), bias = _weights.Take(name + ".bias", outputs);
        for (int i = 0; i < weight.Length; i++) weight[i] *= gamma[i / inputs];
        for (int i = 0; i < bias.Length; i++) bias[i] *= gamma[i];
        Add(name + ".weight", weight, outputs, inputs);
        Add(name + ".bias", bias, outputs);
    }

    private void MoveLinear(string name, int outputs, int inputs)
    {
        Move(name + ".weight", outputs, inputs);
        Move(name + ".bias", outputs);
    }

    // Whoever begins a new head does not mind the extents of this one.
    private void MoveHead(string name)
    {
        Move(name + ".weight", _weights.Shape(name + ".weight", 2));
        Move(name + ".bias", _weights.Shape(name + ".bias", 1));
    }

    private void MoveNorm(string source, string target, int dim)
    {
        Add(target + ".weight", _weights.Take(source + ".weight", dim), dim);
        Add(target + ".bias", _weights.Take(source + ".bias", dim), dim);
    }

    private void Move(string name, params int[] shape) => Add(name, _weights.Take(name, shape), shape);

    private void Add(string name, float[] values, params int[] shape) => _target.Add(name, shape, values);
}
