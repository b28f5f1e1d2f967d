using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.ClassAttention;

/// <summary>One score [B, H, T] of the class token's query, before the softmax.</summary>
internal readonly struct ClassProducts(
    ArrayView<float> qkv, ArrayView<float> bias, int biased, ArrayView<float> raw, int t, int h, int d) : IElementOp
{
    public void At(int index)
    {
        int token = index % t, head = index / t % h, image = index / (t * h), row = image * t;
        int query = (row * 3 * h * d) + (head * d), key = ((((row + token) * 3) + 1) * h * d) + (head * d);
        float sum = 0;
        for (int c = 0; c < d; c++) sum += qkv[query + c] * qkv[key + c];
        raw[index] = (sum / MathF.Sqrt(d)) + (biased != 0 ? bias[row + token] : 0);
    }
}

/// <summary>One score [B, T]: the mean over heads of the softmax. Each thread sums its rows anew: T is tens.</summary>
internal readonly struct MeanSoftmax(ArrayView<float> raw, ArrayView<float> scores, int t, int h) : IElementOp
{
    public void At(int index)
    {
        int token = index % t, image = index / t;
        float mean = 0;
        for (int head = 0; head < h; head++)
        {
            int row = ((image * h) + head) * t;
            float max = float.NegativeInfinity, sum = 0;
            for (int n = 0; n < t; n++)
            {
                if (raw[row + n] > max) max = raw[row + n];
            }

            for (int n = 0; n < t; n++) sum += MathF.Exp(raw[row + n] - max);
            mean += MathF.Exp(raw[row + token] - max) / sum;
        }

        scores[index] = mean / h;
    }
}
