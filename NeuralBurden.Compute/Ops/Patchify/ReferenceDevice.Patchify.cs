using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PatchifyCore(int b, int c, int h, int w, int p, in Tensor images, in Tensor patches)
    {
        Span<double> source = F(images), target = F(patches);
        int at = 0;
        for (int image = 0; image < b; image++)
        {
            for (int row = 0; row < h / p; row++)
            {
                for (int column = 0; column < w / p; column++)
                {
                    for (int channel = 0; channel < c; channel++)
                    {
                        for (int y = 0; y < p; y++)
                        {
                            for (int x = 0; x < p; x++)
                            {
                                int line = (((image * c) + channel) * h) + (row * p) + y;
                                target[at++] = source[(line * w) + (column * p) + x];
                            }
                        }
                    }
                }
            }
        }
    }
}
