using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.AssembleTokens;
using NeuralBurden.Compute.Ops.ColumnSum;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, int extra, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        var x = F(patches);
        bool hasClass = !classToken.IsNone;
        var first = hasClass ? F(classToken) : x;
        Each(new Assemble(x, first, F(positions), F(tokens), Flag(hasClass), extra, p + extra, c), tokens.Count);
    }

    protected override void AssembleTokensBackwardCore(
        int b,
        int p,
        int c,
        int extra,
        in Tensor dTokens,
        in Tensor dPatches,
        in Tensor dClassToken,
        in Tensor dPositions)
    {
        var dy = F(dTokens);
        int row = (p + extra) * c, first = dClassToken.IsNone ? 0 : c;
        Each(new PatchGradient(dy, F(dPatches), extra, p, c), dPatches.Count);

        // The class token has the gradient of the first position.
        var (partial, chunks) = SumColumns(new MatrixTerms(dy, row), b, row);
        var dFirst = dClassToken.IsNone ? dy : F(dClassToken);
        Each(new FoldChunks(partial, chunks, row, F(dPositions), dFirst, 0, first, Flag(true)), row);
    }
}
