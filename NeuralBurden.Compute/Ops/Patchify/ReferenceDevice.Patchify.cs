using NeuralBurden.Compute.Ops.Patchify;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PatchifyCore(in PatchifyArguments args)
    {
        var (b, c, h, w) = args.Extents;
        Span<double> source = F(args.Images), target = F(args.Patches);
        int at = 0;
        for (int image = 0; image < b; image++)
        {
            for (int row = 0; row < h / args.P; row++)
            {
                for (int column = 0; column < w / args.P; column++)
                {
                    for (int channel = 0; channel < c; channel++)
                    {
                        for (int y = 0; y < args.P; y++)
                        {
                            for (int x = 0; x < args.P; x++)
                            {
                                int line = (((image * c) + channel) * h) + (row * args.P) + y;
                                target[at++] = source[(line * w) + (column * args.P) + x];
                            }
                        }
                    }
                }
            }
        }
    }
}
