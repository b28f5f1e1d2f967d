using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Measuring;
using NeuralBurden.Vit.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>Where and how one pass over the model computes.</summary>
/// <param name="Device">Runs the ops.</param>
/// <param name="Workspace">Float activations and scratch.</param>
/// <param name="Indices">Int32 scratch.</param>
/// <param name="Merging">Token merging, or null.</param>
/// <param name="ClassToken">Whether token 0 is a class token.</param>
/// <param name="Training">Whether backward will follow.</param>
/// <param name="Profile">Told when merging begins and ends, or null.</param>
public readonly record struct ForwardPass(
    Device Device,
    Workspace Workspace,
    Workspace Indices,
    TokenMerging? Merging,
    bool ClassToken,
    bool Training,
    StepProfile? Profile = null)
{
    /// <summary>Merges tokens at a place where the merging says so.</summary>
    public (TokenState State, MergeRecord Record) Merge(
        int place, in TokenState state, in Tensor qkv, in Tensor forcedMerge)
    {
        int r = Merging?.RemovedAt(place, state.Count) ?? 0;
        if (r == 0) return (state, MergeRecord.None);
        var outer = Profile?.Enter(StepPart.Merge);
        int b = state.Batch, t = state.Count, left = t - r;
        var map = forcedMerge;
        if (map.IsNone)
        {
            map = Indices.Take(new Shape(b, t));
            Merging!.Match(new MergeContext(Device, Workspace, state, qkv, ClassToken), r, map);
        }

        var merged = new TokenState(
            Workspace.Take(new Shape(b, left, state.Dim)), Workspace.Take(new Shape(b, left)),
            Workspace.Take(new Shape(b, left)));
        Device.MergeTokens(state.Tokens, state.Sizes, map, merged.Tokens, merged.Sizes, merged.LogSizes);
        if (outer is { } part) Profile!.Enter(part);
        return (merged, new MergeRecord(map, state.Sizes, merged.Sizes));
    }

    /// <summary>The gradient before a merge; the gradient itself where nothing was merged.</summary>
    public Tensor MergeBackward(in MergeRecord record, in Tensor dMerged, Shape before)
    {
        if (!record.Happened) return dMerged;
        var outer = Profile?.Enter(StepPart.Merge);
        var dTokens = Workspace.Take(before);
        Device.MergeTokensBackward(dMerged, record.Sizes, record.Map, record.MergedSizes, dTokens);
        if (outer is { } part) Profile!.Enter(part);
        return dTokens;
    }
}
