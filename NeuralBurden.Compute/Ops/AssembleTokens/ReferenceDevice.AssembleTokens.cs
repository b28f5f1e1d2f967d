using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, int extra, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        Span<double> source = F(patches), first = F(classToken), position = F(positions), target = F(tokens);
        int t = p + extra;
        for (int image = 0; image < b; image++)
        {
            for (int token = 0; token < t; token++)
            {
                for (int j = 0; j < c; j++)
                {
                    double value = token >= extra ? source[(((image * p) + token - extra) * c) + j]
                        : token == 0 && !first.IsEmpty ? first[j]
                        : 0;
                    target[(((image * t) + token) * c) + j] = value + position[(token * c) + j];
                }
            }
        }

        Finish(tokens);
    }

    protected override void AssembleTokensBackwardCore(
        int b, int p, int c, int extra, in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions)
    {
        Span<double> source = F(dTokens), target = F(dPatches), first = F(dClassToken), position = F(dPositions);
        int t = p + extra;
        for (int image = 0; image < b; image++)
        {
            for (int token = 0; token < t; token++)
            {
                for (int j = 0; j < c; j++)
                {
                    double value = source[(((image * t) + token) * c) + j];
                    position[(token * c) + j] += value;
                    if (token >= extra) target[(((image * p) + token - extra) * c) + j] = value;
                    else if (token == 0 && !first.IsEmpty) first[j] += value;
                }
            }
        }

        Finish(dPatches);
        Finish(dClassToken);
        Finish(dPositions);
    }
}
