using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.AssembleTokens;
using NeuralBurden.Compute.Ops.ColumnSum;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        var x = F(patches);
        int skip = classToken.IsNone ? 0 : 1;
        var first = classToken.IsNone ? x : F(classToken);
        Each(new Assemble(x, first, F(positions), F(tokens), skip, p + skip, c), tokens.Count);
    }

    protected override void AssembleTokensBackwardCore(
        int b,
        int p,
        int c,
        in Tensor dTokens,
        in Tensor dPatches,
        in Tensor dClassToken,
        in Tensor dPositions)
    {
        var dy = F(dTokens);
        int skip = dClassToken.IsNone ? 0 : 1, row = (p + skip) * c;
        Each(new PatchGradient(dy, F(dPatches), skip, p, c), dPatches.Count);

        // The class token has the gradient of the first position.
        var (partial, chunks) = SumColumns(new MatrixTerms(dy, row), b, row);
        var dFirst = dClassToken.IsNone ? dy : F(dClassToken);
        Each(new FoldChunks(partial, chunks, row, F(dPositions), dFirst, 0, skip * c, Flag(true)), row);
    }
}
