using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void LoadImagesCore(
        int b,
        int c,
        int h,
        int w,
        in Tensor pixels,
        in Tensor indices,
        in Tensor jitter,
        in Tensor mean,
        in Tensor std,
        in Tensor images)
    {
        Span<byte> source = U(pixels);
        Span<int> index = I(indices), moves = I(jitter);
        Span<double> means = F(mean), stds = F(std), target = F(images);
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

        Finish(images);
    }
}
