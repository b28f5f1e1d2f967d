using NeuralBurden.Compute.Ops.PoolTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PoolTokensCore(in PoolTokensArguments args)
    {
        var (b, t, c) = args.Extents;
        var range = args.Range;
        Span<double> source = F(args.Tokens), weights = F(args.Sizes), target = F(args.Pooled);
        for (int image = 0; image < b; image++)
        {
            for (int j = 0; j < c; j++)
            {
                double sum = 0, total = 0;
                for (int token = range.First; token < range.End; token++)
                {
                    double weight = weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token];
                    sum += weight * source[(((image * t) + token) * c) + j];
                    total += weight;
                }

                target[(image * c) + j] = sum / total;
            }
        }

        Finish(args.Pooled);
    }

    protected override void PoolTokensBackwardCore(in PoolTokensBackwardArguments args)
    {
        var (b, t, c) = args.Extents;
        var range = args.Range;
        Span<double> source = F(args.DPooled), weights = F(args.Sizes), target = F(args.DTokens);
        target.Clear();
        for (int image = 0; image < b; image++)
        {
            double total = 0;
            for (int token = range.First; token < range.End; token++)
                total += weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token];
            for (int token = range.First; token < range.End; token++)
            {
                double weight = (weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token]) / total;
                for (int j = 0; j < c; j++) target[(((image * t) + token) * c) + j] = weight * source[(image * c) + j];
            }
        }

        Finish(args.DTokens);
    }
}
