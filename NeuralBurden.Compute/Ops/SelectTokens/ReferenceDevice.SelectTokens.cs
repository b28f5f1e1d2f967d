using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SelectTokensCore(
        int b, int t, in Tensor scores, int keep, bool protectFirst, in Tensor map, in Tensor weights)
    {
        Span<double> source = F(scores), scale = F(weights);
        Span<int> target = I(map);
        int first = protectFirst ? 1 : 0;
        for (int image = 0; image < b; image++)
        {
            double[] row = source.Slice(image * t, t).ToArray();
            // A stable sort by falling score leaves ties in the order of their index; NaN sorts below -infinity.
            var kept = Enumerable.Range(first, t - first).OrderByDescending(n => row[n]).Take(keep).ToHashSet();
            int position = 0;
            for (int n = 0; n < t; n++)
            {
                bool stays = n < first || kept.Contains(n);
                target[(image * t) + n] = stays ? position++ : first + keep;
                scale[(image * t) + n] = stays ? 1 : row[n];
            }
        }
    }
}
