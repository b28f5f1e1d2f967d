using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Tests.Interchange;

/// <summary>A merging that decides from vectors moved by up to a part of the largest; the tokens it merges are untouched.
/// Where two matches are equally good to rounding, it takes the one or the other.</summary>
internal sealed class ShakenMerging(TokenMerging inner, CaseSource noise, float part)
    : TokenMerging(inner.Name, inner.Plan, inner.ProportionalAttention)
{
    public override bool Ragged => inner.Ragged;

    public override TokenFusion Fusion => inner.Fusion;

    public override TokenMatch Match(in MergeContext context, int r)
    {
        var state = context.State with { Tokens = Shaken(context, context.State.Tokens) };
        var qkv = context.Qkv.IsNone ? default : Shaken(context, context.Qkv);
        return inner.Match(context with { State = state, Qkv = qkv }, r);
    }

    public override long MatchCost(int place, int tokens, VitShape shape) => inner.MatchCost(place, tokens, shape);

    private Tensor Shaken(in MergeContext context, in Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        context.Device.Download(tensor, values);
        float largest = values.Max(Math.Abs);
        float[] moves = noise.Floats(values.Length, part * largest);
        for (int i = 0; i < values.Length; i++) values[i] += moves[i];
        var shaken = context.Workspace.Take(tensor.Shape);
        context.Device.Upload(values, shaken);
        return shaken;
    }
}
