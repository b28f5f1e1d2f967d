using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>What a matching may look at.</summary>
/// <param name="Device">Where the tensors live.</param>
/// <param name="Workspace">Float scratch of this step.</param>
/// <param name="Indices">Int32 scratch of this step.</param>
/// <param name="State">The tokens about to be merged.</param>
/// <param name="Qkv">[B, T, 3, H, D] of the block's attention; none before the first block.</param>
/// <param name="Protected">Tokens in front that are no patches and never merge: class token and registers.</param>
/// <param name="Place">0 = after the embedding, l = in block l (from 1) between attention and MLP.</param>
/// <param name="Step">Key of random draws: the step of training, or <see cref="EvaluationStep"/>.</param>
public readonly record struct MergeContext(
    Device Device,
    Workspace Workspace,
    Workspace Indices,
    TokenState State,
    Tensor Qkv,
    int Protected,
    int Place,
    uint Step)
{
    /// <summary>All evaluations draw the same, so that a repeated one gives the same result.</summary>
    public const uint EvaluationStep = uint.MaxValue;

    /// <summary>An int32 map [B, T] of this step.</summary>
    public Tensor TakeMap() => Indices.Take(new Shape(State.Batch, State.Count));

    /// <summary>
    /// [B, T, D]: the vectors whose cosine decides. Mean attention keys over heads, or the tokens themselves, which is
    /// the only choice before the first block.
    /// </summary>
    public Tensor Metric(MergeMetric metric)
    {
        if (Qkv.IsNone || metric == MergeMetric.Tokens) return State.Tokens;
        var keys = Workspace.Take(new Shape(State.Batch, State.Count, Qkv.Shape[4]));
        Device.MeanKeys(new(Qkv, keys));
        return keys;
    }

    /// <summary>Channels of <see cref="Metric"/> at a place.</summary>
    public static int MetricDim(MergeMetric metric, int place, VitShape shape) =>
        place == 0 || metric == MergeMetric.Tokens ? shape.Dim : shape.HeadDim;
}
