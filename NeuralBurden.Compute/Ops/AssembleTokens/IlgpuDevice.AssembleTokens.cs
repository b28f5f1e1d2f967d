using NeuralBurden.Compute.Ops.AssembleTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AssembleTokensCore(in AssembleTokensArguments args)
    {
        var (_, p, c) = args.Extents;
        var x = F(args.Patches);
        bool hasClass = !args.ClassToken.IsNone;
        var first = hasClass ? F(args.ClassToken) : x;
        var assemble = new Assemble(
            x, first, F(args.Positions), F(args.Tokens), Flag(hasClass), args.Extra, p + args.Extra, c);
        Each(assemble, args.Tokens.Count);
    }

    protected override void AssembleTokensBackwardCore(in AssembleTokensBackwardArguments args)
    {
        var (b, p, c) = args.Extents;
        var dy = F(args.DTokens);
        int row = (p + args.Extra) * c, first = args.DClassToken.IsNone ? 0 : c;
        Each(new PatchGradient(dy, F(args.DPatches), args.Extra, p, c), args.DPatches.Count);

        // The class token has the gradient of the first position.
        var (partial, chunks) = SumColumns(args.DTokens, b, row);
        var dFirst = args.DClassToken.IsNone ? dy : F(args.DClassToken);
        FoldColumns(partial, chunks, row, F(args.DPositions), dFirst, 0, first, accumulate: true);
    }
}
