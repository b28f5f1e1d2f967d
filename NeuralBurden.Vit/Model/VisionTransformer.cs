using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// timm's pre-norm Vision Transformer (arXiv 2010.11929) with optional token merging. Parameter names and shapes are
/// timm's. Backward is written beside forward, per layer; there is no tape.
/// </summary>
public sealed class VisionTransformer : IDisposable
{
    private readonly Device _device;
    private readonly Workspace _work;
    private readonly Workspace _other;
    private readonly Workspace _indices;
    private readonly Workspace _parts;
    private readonly LinearLayer _embedding;
    private readonly NormLayer? _preNorm;
    private readonly Classifier _classifier;
    private readonly Parameter? _classToken;
    private readonly Parameter _positions;
    private readonly bool _isLane;
    private InferenceLanes? _lanes;
    private bool _isPacked;
    private ForwardPass _pass;
    private Tensor _patches;
    private Tensor _embedded;
    private Tensor _assembled;
    private Tensor _mean;
    private Tensor _rstd;

    /// <summary>A model with zero weights; see <see cref="Initialization"/>.</summary>
    public VisionTransformer(Device device, VitShape shape, TokenMerging? merging = null)
    {
        (_device, Shape, Merging) = (device, shape, merging);
        Parameters = new ParameterArena(device, ParameterTable.Of(shape));
        _work = new Workspace(device, "activations");
        _other = new Workspace(device, "activations of every other block");
        _indices = new Workspace(device, "token maps", ElementType.Int32);
        _parts = new Workspace(device, "logits");
        _embedding = new LinearLayer(Parameters["patch_embed.proj.weight"], Parameters["patch_embed.proj.bias"]);
        _classToken = shape.ClassToken ? Parameters["cls_token"] : null;
        _positions = Parameters["pos_embed"];
        float epsilon = shape.Variant.NormEpsilon;
        if (shape.Variant.PreNorm)
            _preNorm = new NormLayer(Parameters["norm_pre.weight"], Parameters["norm_pre.bias"], epsilon);
        _classifier = new Classifier(Parameters, shape);
        Blocks = [.. Enumerable.Range(0, shape.Depth).Select(i => new TransformerBlock(Parameters, i, shape))];
    }

    /// <summary>
    /// The same network on a lane of its device: layers and weights are shared, activations are its own. For inference alone.
    /// </summary>
    internal VisionTransformer(VisionTransformer of, Device lane)
    {
        (_device, Shape, Merging, Parameters) = (lane, of.Shape, of.Merging, of.Parameters);
        _work = new Workspace(lane, "activations of a lane");
        _other = new Workspace(lane, "activations of a lane's every other block");
        _indices = new Workspace(lane, "token maps of a lane", ElementType.Int32);
        _parts = new Workspace(lane, "logits of a lane");
        (_embedding, _classToken, _positions, _preNorm) = (of._embedding, of._classToken, of._positions, of._preNorm);
        _classifier = new Classifier(of._classifier);
        Blocks = [.. of.Blocks.Select(b => new TransformerBlock(b))];
        _isLane = true;
    }

    public VitShape Shape { get; }

    public TokenMerging? Merging { get; }

    /// <summary>The merge right after the embedding in the last pass.</summary>
    public MergeRecord EarlyMerge { get; private set; }

    public ParameterArena Parameters { get; }

    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>The layers that may be pruned: qkv, proj, fc1 and fc2 of every block.</summary>
    public IEnumerable<LinearLayer> PrunableLayers => Blocks.SelectMany(b => b.Linears);

    /// <summary>
    /// Keeps the matrices in the order in which the device multiplies by them: a fifth of the time of a single image. Until
    /// the next training pass, or <see cref="UnpackWeights"/>, nobody may change a weight.
    /// </summary>
    public void PackWeights()
    {
        foreach (var matrix in Parameters.All.Where(p => p.Role != ParameterRole.Exempt)) matrix.Products.Pack(_device);
        _isPacked = true;
    }

    /// <summary>Weights may change again.</summary>
    public void UnpackWeights()
    {
        if (!_isPacked) return;
        foreach (var parameter in Parameters.All) parameter.Products.Unpack();
        _isPacked = false;
    }

    /// <summary>
    /// images [B, C, H, W] to logits [B, classes], valid until the next pass. In training the activations that
    /// <see cref="Backward"/> needs are kept; in evaluation all of them, unless only the logits are wanted.
    /// </summary>
    public Tensor Forward(in Tensor images, in ModelPass pass)
    {
        if (!pass.LogitsOnly) return ForwardAtOnce(images, pass);
        int b = images.Shape[0], classes = Shape.Classes, atOnce = Math.Max(1, _device.TokensAtOnce / Shape.Tokens);
        if (InferenceLanes.Suit(_device, b, MergingOf(pass)))
        {
            _lanes ??= new InferenceLanes(this, _device);
            _parts.Reset();
            return _lanes.Forward(images, pass, _parts.Take(new Shape(b, classes)));
        }

        if (b <= atOnce) return ForwardAtOnce(images, pass);
        _parts.Reset();
        var all = _parts.Take(new Shape(b, classes));
        for (int first = 0; first < b; first += atOnce)
        {
            int count = Math.Min(atOnce, b - first);
            ForwardPart(images, pass, first, count, all);
        }

        return all;
    }

    /// <summary>Logits of some of the images, into their rows of <paramref name="all"/> [B, classes].</summary>
    internal void ForwardPart(in Tensor images, in ModelPass pass, int first, int count, in Tensor all)
    {
        var part = images.Slice(
            first * (images.Count / images.Shape[0]),
            new Shape(count, images.Shape[1], images.Shape[2], images.Shape[3]));
        var output = ForwardAtOnce(part, pass);
        _device.Copy(output, all.Slice((long)first * Shape.Classes, output.Shape));
    }

    private TokenMerging? MergingOf(in ModelPass pass) => pass.Unmerged ? null : Merging;

    private Tensor ForwardAtOnce(in Tensor images, in ModelPass pass)
    {
        _work.Reset();
        _indices.Reset();
        bool training = pass.Step is not null;
        if (training) UnpackWeights();
        _pass = new ForwardPass(_device, _work, _indices, MergingOf(pass))
        {
            Protected = Shape.Extra,
            Training = training,
            KeepsHidden = training ? pass.Gates is { Kind: ModelGroups.MlpUnits } : !pass.LogitsOnly,
            Unmasked = pass.Unmasked,
            Step = pass.Step is { } step ? (uint)step : MergeContext.EvaluationStep,
            Gates = pass.Gates,
            DropPath = pass.DropPath,
            Profile = pass.Profile,
        };
        var state = Embed(images);
        // A counted loop: enumerating the interface would allocate.
        for (int i = 0; i < Blocks.Count; i++)
            state = Blocks[i].Forward(pass.LogitsOnly ? Alternate(ref state) : _pass, state);
        return _classifier.Forward(_pass, state);
    }

    /// <summary>
    /// Where nobody looks back, blocks take turns with two workspaces, so that what they write is still in the caches when
    /// the next but one writes over it. Sizes of merged tokens outlive their block and move along.
    /// </summary>
    private ForwardPass Alternate(ref TokenState state)
    {
        var work = _pass.Workspace == _work ? _other : _work;
        work.Reset();
        _pass = _pass with { Workspace = work };
        state = state with { Sizes = Moved(state.Sizes), KeyBias = Moved(state.KeyBias) };
        return _pass;

        Tensor Moved(in Tensor tensor)
        {
            if (tensor.IsNone) return tensor;
            var copy = work.Take(tensor.Shape);
            _device.Copy(tensor, copy);
            return copy;
        }
    }

    /// <summary>
    /// From dLogits [B, classes] of the last <see cref="Forward"/> to the gradients of all parameters, which are
    /// overwritten.
    /// </summary>
    /// <param name="dLogits">[B, classes].</param>
    /// <param name="blockDone">Told which block's matrices have their gradients.</param>
    public void Backward(in Tensor dLogits, Action<int>? blockDone = null)
    {
        // Norms and embeddings add to their gradients; the matrices overwrite theirs.
        _device.Clear(Parameters.Section(Parameters.Gradients, ParameterRole.Exempt));
        var dTokens = _classifier.Backward(_pass, dLogits);
        for (int i = Blocks.Count - 1; i >= 0; i--)
        {
            dTokens = Blocks[i].Backward(_pass, dTokens);
            blockDone?.Invoke(i);
        }

        BackwardEmbedding(dTokens);
    }

    /// <summary>
    /// Runs a block, of this or of another model of equal shape, on the input that one of this model's blocks had in the
    /// last forward pass, merging the same tokens, and returns its output [B, T', C]. The block's activations are those of
    /// this second run.
    /// </summary>
    public Tensor Rerun(TransformerBlock block, BlockActivations of, bool unmasked) =>
        block.Forward(_pass with { Unmasked = unmasked }, of.Input, of.Merge).Tokens;

    /// <summary>
    /// The outputs of the layers in the last forward pass, in its order, under the names of their weights.
    /// </summary>
    internal IEnumerable<(string Layer, Tensor Output)> Outputs(Tensor logits)
    {
        yield return ("patch_embed.proj", _embedded);
        for (int i = 0; i < Blocks.Count; i++)
        {
            var a = Blocks[i].Activations;
            yield return ($"blocks.{i}.norm1", a.Norm1);
            yield return ($"blocks.{i}.attn.qkv", a.Qkv);
            yield return ($"blocks.{i}.attn", a.Attended);
            yield return ($"blocks.{i}.attn.proj", a.AfterAttention.Tokens);
            yield return ($"blocks.{i}.norm2", a.Norm2);
            yield return ($"blocks.{i}.mlp.fc1", a.MlpSaved.IsNone ? a.PreActivation : a.MlpSaved);
            yield return ($"blocks.{i}.mlp.fc2", a.Output.Tokens);
        }

        yield return ("norm", _classifier.Features);
        yield return ("head", logits);
    }

    public void Dispose()
    {
        _lanes?.Dispose();
        UnpackWeights();
        if (!_isLane) Parameters.Dispose();
        _work.Dispose();
        _other.Dispose();
        _indices.Dispose();
        _parts.Dispose();
    }

    private TokenState Embed(in Tensor images)
    {
        int b = images.Shape[0], p = Shape.Patches, c = Shape.Dim;
        _patches = _work.Take(new Shape(b * p, Shape.PatchDim));
        _device.Patchify(new(images, Shape.Patch, _patches));
        _embedded = _work.Take(new Shape(b * p, c));
        _embedding.Forward(_pass, _patches, _embedded);
        var tokens = _work.Take(new Shape(b, Shape.Tokens, c));
        _device.AssembleTokens(new(
            _embedded.View(new Shape(b, p, c)), _classToken?.Weights ?? default, _positions.Weights, tokens));
        if (_preNorm is not null) tokens = Normalise(_preNorm, tokens);
        (var state, EarlyMerge) = _pass.Merge(0, new TokenState(tokens, default, default), default, default);
        return state;
    }

    private Tensor Normalise(NormLayer norm, in Tensor tokens)
    {
        Shape rows = new(tokens.Shape[0] * tokens.Shape[1], Shape.Dim), row = new(rows[0]);
        _assembled = tokens.View(rows);
        (_mean, _rstd) = (_work.Take(row), _work.Take(row));
        var normalised = _work.Take(rows);
        norm.Forward(_device, _assembled, normalised, _mean, _rstd);
        return normalised.View(tokens.Shape);
    }

    private void BackwardEmbedding(in Tensor dTokens)
    {
        int b = dTokens.Shape[0], p = Shape.Patches, c = Shape.Dim;
        var dAssembled = _pass.MergeBackward(EarlyMerge, dTokens);
        if (_preNorm is not null)
        {
            var dNormed = _work.Take(_assembled.Shape);
            _preNorm.Backward(_device, dAssembled.View(_assembled.Shape), _assembled, _mean, _rstd, dNormed, accumulate: false);
            dAssembled = dNormed.View(dAssembled.Shape);
        }

        var dPatches = _work.Take(new Shape(b, p, c));
        _device.AssembleTokensBackward(new(dAssembled, dPatches, _classToken?.Gradient ?? default, _positions.Gradient));
        _embedding.Backward(_device, dPatches.View(new Shape(b * p, c)), _patches, default);
    }
}
