using NeuralBurden.Compute.Ops.MergeTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MergeTokensCore(in MergeTokensArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> source = F(args.Tokens), weights = F(args.Sizes), target = F(args.Merged);
        Span<double> totals = F(args.MergedSizes), logs = F(args.LogSizes);
        Span<int> groups = I(args.Map);
        target.Clear();
        totals.Clear();
        for (int n = 0; n < b * t; n++)
        {
            if (groups[n] < 0) continue;
            int at = (n / t * left) + groups[n];
            double weight = weights.IsEmpty ? 1 : weights[n];
            totals[at] += weight;
            for (int j = 0; j < c; j++) target[(at * c) + j] += weight * source[(n * c) + j];
        }

        for (int m = 0; m < b * left; m++)
        {
            logs[m] = Math.Log(totals[m]);
            if (totals[m] == 0) continue;
            for (int j = 0; j < c; j++) target[(m * c) + j] /= totals[m];
        }

        Finish(args.Merged);
        Finish(args.MergedSizes);
        Finish(args.LogSizes);
    }

    protected override void MergeTokensBackwardCore(in MergeTokensBackwardArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> source = F(args.DMerged), weights = F(args.Sizes), totals = F(args.MergedSizes), target = F(args.DTokens);
        Span<int> groups = I(args.Map);
        for (int n = 0; n < b * t; n++)
        {
            int at = groups[n] < 0 ? 0 : (n / t * left) + groups[n];
            bool padding = groups[n] < 0 || totals[at] == 0;
            double weight = padding ? 0 : (weights.IsEmpty ? 1 : weights[n]) / totals[at];
            for (int j = 0; j < c; j++) target[(n * c) + j] = weight == 0 ? 0 : weight * source[(at * c) + j];
        }

        Finish(args.DTokens);
    }
}
