using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.AssembleTokens;

/// <summary>One element of tokens [B, T, C].</summary>
internal readonly struct Assemble(
    ArrayView<float> patches,
    ArrayView<float> classToken,
    ArrayView<float> positions,
    ArrayView<float> tokens,
    int first,
    int skip,
    int t,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, token = index / c % t, image = index / (c * t);
        int patch = (image * (t - skip)) + token - skip;
        float value = token >= skip ? patches[(patch * c) + channel] : token < first ? classToken[channel] : 0;
        tokens[index] = value + positions[(token * c) + channel];
    }
}

/// <summary>One element of dPatches [B, P, C].</summary>
internal readonly struct PatchGradient(
    ArrayView<float> dTokens, ArrayView<float> dPatches, int skip, int p, int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, patch = index / c % p, image = index / (c * p);
        dPatches[index] = dTokens[(((image * (p + skip)) + patch + skip) * c) + channel];
    }
}
