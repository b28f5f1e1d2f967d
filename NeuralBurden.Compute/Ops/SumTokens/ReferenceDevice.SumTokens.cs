using NeuralBurden.Compute.Ops.SumTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SumTokensCore(in SumTokensArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> source = F(args.Tokens), scale = F(args.Weights), target = F(args.Merged);
        Span<int> groups = I(args.Map);
        target.Clear();
        for (int n = 0; n < b * t; n++)
        {
            if (groups[n] < 0) continue;
            int at = (n / t * left) + groups[n];
            for (int j = 0; j < c; j++) target[(at * c) + j] += scale[n] * source[(n * c) + j];
        }

        Finish(args.Merged);
    }

    protected override void SumTokensBackwardCore(in SumTokensBackwardArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> source = F(args.DMerged), scale = F(args.Weights), target = F(args.DTokens);
        Span<int> groups = I(args.Map);
        for (int n = 0; n < b * t; n++)
        {
            int at = (n / t * left) + groups[n];
            for (int j = 0; j < c; j++) target[(n * c) + j] = groups[n] < 0 ? 0 : scale[n] * source[(at * c) + j];
        }

        Finish(args.DTokens);
    }
}
