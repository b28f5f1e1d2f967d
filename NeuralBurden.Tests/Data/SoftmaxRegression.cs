using System.Numerics.Tensors;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Tests.Data;

/// <summary>
/// The best that a linear classifier of normalised pixels does: softmax regression by momentum SGD.
/// </summary>
internal static class SoftmaxRegression
{
    public static double TestAccuracy(ImageDatasetPair data, int epochs, float rate)
    {
        int size = data.Train.ImageBytes, classes = data.Train.ClassCount;
        float[][] weights = new float[classes][];
        float[][] momentum = new float[classes][];
        for (int k = 0; k < classes; k++)
        {
            (weights[k], momentum[k]) = (new float[size + 1], new float[size + 1]);
        }

        float[][] train = Features(data.Train), test = Features(data.Test);
        const int batch = 50;
        var sampler = new BatchSampler(data.Train.Count, batch, 1);
        var (indices, jitter) = (new int[batch], new int[3 * batch]);
        for (int step = 0; step < epochs * sampler.StepsPerEpoch; step++)
        {
            sampler.Next(indices, jitter);
            foreach (float[] m in momentum)
            {
                TensorPrimitives.Multiply(m, 0.9f, m);
            }

            foreach (int i in indices)
            {
                float[] p = Scores(weights, train[i]);
                float max = p.Max(), sum = p.Sum(s => MathF.Exp(s - max));
                for (int k = 0; k < classes; k++)
                {
                    float gradient = MathF.Exp(p[k] - max) / sum - (k == data.Train.Labels[i] ? 1 : 0);
                    TensorPrimitives.MultiplyAdd(
                        train[i], -rate * gradient / batch, momentum[k], momentum[k]);
                }
            }

            for (int k = 0; k < classes; k++)
            {
                TensorPrimitives.Add(weights[k], momentum[k], weights[k]);
            }
        }

        int right = 0;
        for (int i = 0; i < test.Length; i++)
        {
            float[] s = Scores(weights, test[i]);
            right += Array.IndexOf(s, s.Max()) == data.Test.Labels[i] ? 1 : 0;
        }

        return right / (double)test.Length;
    }

    private static float[] Scores(float[][] weights, float[] x) =>
        [.. weights.Select(w => TensorPrimitives.Dot(w, x))];

    // Pixels less their mean over std, and a constant for the bias.
    private static float[][] Features(ImageDataset set)
    {
        int plane = set.Height * set.Width;
        float[][] rows = new float[set.Count][];
        for (int i = 0; i < set.Count; i++)
        {
            rows[i] = new float[set.ImageBytes + 1];
            rows[i][^1] = 1;
            for (int j = 0; j < set.ImageBytes; j++)
            {
                rows[i][j] = (set.Image(i)[j] / 255f - set.Mean[j / plane]) / set.Std[j / plane] * 0.5f;
            }
        }

        return rows;
    }
}
