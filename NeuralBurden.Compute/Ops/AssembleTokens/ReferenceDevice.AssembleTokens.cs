using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        Span<double> source = F(patches), first = F(classToken), position = F(positions), target = F(tokens);
        int skip = first.IsEmpty ? 0 : 1, t = p + skip;
        for (int image = 0; image < b; image++)
        {
            for (int token = 0; token < t; token++)
            {
                for (int j = 0; j < c; j++)
                {
                    double value = token < skip ? first[j] : source[(((image * p) + token - skip) * c) + j];
                    target[(((image * t) + token) * c) + j] = value + position[(token * c) + j];
                }
            }
        }

        Finish(tokens);
    }

    protected override void AssembleTokensBackwardCore(
        int b, int p, int c, in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions)
    {
        Span<double> source = F(dTokens), target = F(dPatches), first = F(dClassToken), position = F(dPositions);
        int skip = first.IsEmpty ? 0 : 1, t = p + skip;
        for (int image = 0; image < b; image++)
        {
            for (int token = 0; token < t; token++)
            {
                for (int j = 0; j < c; j++)
                {
                    double value = source[(((image * t) + token) * c) + j];
                    position[(token * c) + j] += value;
                    if (token < skip) first[j] += value;
                    else target[(((image * p) + token - skip) * c) + j] = value;
                }
            }
        }

        Finish(dPatches);
        Finish(dClassToken);
        Finish(dPositions);
    }
}
