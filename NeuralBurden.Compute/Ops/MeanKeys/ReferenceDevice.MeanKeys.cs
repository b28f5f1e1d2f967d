using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MeanKeysCore(int b, int t, int h, int d, in Tensor qkv, in Tensor keys)
    {
        Span<double> source = F(qkv), target = F(keys);
        for (int token = 0; token < b * t; token++)
        {
            for (int c = 0; c < d; c++)
            {
                double sum = 0;
                for (int head = 0; head < h; head++) sum += source[(((((token * 3) + 1) * h) + head) * d) + c];
                target[(token * d) + c] = sum / h;
            }
        }

        Finish(keys);
    }
}
