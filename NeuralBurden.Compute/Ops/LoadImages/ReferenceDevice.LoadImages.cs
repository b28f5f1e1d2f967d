using NeuralBurden.Compute.Ops.LoadImages;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void LoadImagesCore(in LoadImagesArguments args)
    {
        var (b, c, h, w) = args.Extents;
        Span<byte> source = U(args.Pixels);
        Span<int> index = I(args.Indices), moves = I(args.Jitter);
        Span<double> means = F(args.Mean), stds = F(args.Std), target = F(args.Images);
        int at = 0;
        for (int i = 0; i < b; i++)
        {
            int dx = moves.IsEmpty ? 0 : moves[i * 3], dy = moves.IsEmpty ? 0 : moves[(i * 3) + 1];
            bool flip = !moves.IsEmpty && moves[(i * 3) + 2] != 0;
            for (int channel = 0; channel < c; channel++)
            {
                for (int y = 0; y < h; y++)
                {
                    for (int x = 0; x < w; x++)
                    {
                        int fromX = (flip ? w - 1 - x : x) + dx, fromY = y + dy;
                        bool inside = fromX >= 0 && fromX < w && fromY >= 0 && fromY < h;
                        double value = inside ? source[(((((index[i] * c) + channel) * h) + fromY) * w) + fromX] : 0;
                        target[at++] = ((value / 255) - means[channel]) / stds[channel];
                    }
                }
            }
        }

        Finish(args.Images);
    }
}
