using NeuralBurden.Compute.Ops.AssembleTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AssembleTokensCore(in AssembleTokensArguments args)
    {
        var (b, p, c) = args.Extents;
        Span<double> source = F(args.Patches), first = F(args.ClassToken), position = F(args.Positions), target = F(args.Tokens);
        int extra = args.Extra, t = p + extra;
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

        Finish(args.Tokens);
    }

    protected override void AssembleTokensBackwardCore(in AssembleTokensBackwardArguments args)
    {
        var (b, p, c) = args.Extents;
        Span<double> source = F(args.DTokens), target = F(args.DPatches), first = F(args.DClassToken);
        Span<double> position = F(args.DPositions);
        int extra = args.Extra, t = p + extra;
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

        Finish(args.DPatches);
        Finish(args.DClassToken);
        Finish(args.DPositions);
    }
}
