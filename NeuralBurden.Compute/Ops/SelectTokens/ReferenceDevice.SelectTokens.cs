using NeuralBurden.Compute.Ops.SelectTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SelectTokensCore(in SelectTokensArguments args)
    {
        var (b, t) = args.Extents;
        Span<double> source = F(args.Scores), scale = F(args.Weights);
        Span<int> target = I(args.Map);
        int first = args.Protected;
        for (int image = 0; image < b; image++)
        {
            double[] row = source.Slice(image * t, t).ToArray();
            // A stable sort by falling score leaves ties in the order of their index; NaN sorts below -infinity.
            var kept = Enumerable.Range(first, t - first).OrderByDescending(n => row[n]).Take(args.Keep).ToHashSet();
            int position = 0;
            for (int n = 0; n < t; n++)
            {
                bool stays = n < first || kept.Contains(n);
                target[(image * t) + n] = stays ? position++ : first + args.Keep;
                scale[(image * t) + n] = stays ? 1 : row[n];
            }
        }
    }
}
