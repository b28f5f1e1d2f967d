using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SumTokensCore(
        int b, int t, int left, int c, in Tensor tokens, in Tensor weights, in Tensor map, in Tensor merged)
    {
        Span<double> source = F(tokens), scale = F(weights), target = F(merged);
        Span<int> groups = I(map);
        target.Clear();
        for (int n = 0; n < b * t; n++)
        {
            if (groups[n] < 0) continue;
            int at = (n / t * left) + groups[n];
            for (int j = 0; j < c; j++) target[(at * c) + j] += scale[n] * source[(n * c) + j];
        }

        Finish(merged);
    }

    protected override void SumTokensBackwardCore(
        int b, int t, int left, int c, in Tensor dMerged, in Tensor weights, in Tensor map, in Tensor dTokens)
    {
        Span<double> source = F(dMerged), scale = F(weights), target = F(dTokens);
        Span<int> groups = I(map);
        for (int n = 0; n < b * t; n++)
        {
            int at = (n / t * left) + groups[n];
            for (int j = 0; j < c; j++) target[(n * c) + j] = groups[n] < 0 ? 0 : scale[n] * source[(at * c) + j];
        }

        Finish(dTokens);
    }
}
