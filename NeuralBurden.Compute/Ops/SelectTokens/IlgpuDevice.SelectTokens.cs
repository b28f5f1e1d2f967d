using NeuralBurden.Compute.Ops.SelectTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SelectTokensCore(in SelectTokensArguments args)
    {
        var (b, t) = args.Extents;
        var stays = Scratch((long)b * t);
        int first = args.Protected;
        Each(new RankScores(F(args.Scores), stays, t, args.Keep, first), (long)b * t);
        Each(new MapSelected(F(args.Scores), stays, I(args.Map), F(args.Weights), t, args.Keep, first), (long)b * t);
    }
}
