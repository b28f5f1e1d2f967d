using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>Where and how one pass over the model computes.</summary>
/// <param name="Device">Runs the ops.</param>
/// <param name="Workspace">Float activations and scratch.</param>
/// <param name="Indices">Int32 scratch.</param>
/// <param name="Merging">Token merging, or null.</param>
public readonly record struct ForwardPass(Device Device, Workspace Workspace, Workspace Indices, TokenMerging? Merging)
{
    /// <summary>Tokens in front that are no patches: class token and registers.</summary>
    public int Protected { get; init; }

    /// <summary>Whether backward will follow.</summary>
    public bool Training { get; init; }

    /// <summary>Whether the hidden units of MLPs will be looked at.</summary>
    public bool KeepsHidden { get; init; }

    /// <summary>Whether products ignore masks.</summary>
    public bool Unmasked { get; init; }

    /// <summary>Key of random draws, see <see cref="MergeContext.Step"/>.</summary>
    public uint Step { get; init; }

    /// <summary>Where the backward pass adds up gates of groups, or null.</summary>
    public GroupGates? Gates { get; init; }

    /// <summary>Leaves residual branches out, or null.</summary>
    public DropPath? DropPath { get; init; }

    /// <summary>Told when merging begins and ends, or null.</summary>
    public StepProfile? Profile { get; init; }

    /// <summary>Merges tokens at a place where the plan says so, as an earlier merge did or by a new match.</summary>
    public (TokenState State, MergeRecord Record) Merge(
        int place, in TokenState state, in Tensor qkv, in MergeRecord earlier)
    {
        int r = Merging?.Plan.RemovedAt(place) ?? 0;
        if (r == 0) return (state, MergeRecord.None);
        var outer = Profile?.Enter(StepPart.Merge);
        var match = earlier.Happened
            ? earlier.Match
            : Merging!.Match(new MergeContext(Device, Workspace, Indices, state, qkv, Protected, place, Step), r);
        var result = TokenFusing.Forward(Device, Workspace, Merging!, state, match);
        if (outer is { } part) Profile!.Enter(part);
        return result;
    }

    /// <summary>The gradient before a merge; the gradient itself where nothing was merged.</summary>
    public Tensor MergeBackward(in MergeRecord record, in Tensor dMerged)
    {
        if (!record.Happened) return dMerged;
        var outer = Profile?.Enter(StepPart.Merge);
        var dTokens = TokenFusing.Backward(Device, Workspace, record, dMerged);
        if (outer is { } part) Profile!.Enter(part);
        return dTokens;
    }
}
