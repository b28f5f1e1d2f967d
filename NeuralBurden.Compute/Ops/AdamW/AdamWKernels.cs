using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.AdamW;

/// <summary>Corrections are the reciprocals 1 / (1 - b^t).</summary>
internal readonly struct AdamWStep(
    ArrayView<float> w,
    ArrayView<float> g,
    ArrayView<float> m,
    ArrayView<float> v,
    ArrayView<float> decayed,
    AdamWFactors factors) : IElementOp
{
    public void At(int index)
    {
        float gradient = g[index];
        float first = (factors.Beta1 * m[index]) + (factors.Fresh1 * gradient);
        float second = (factors.Beta2 * v[index]) + (factors.Fresh2 * gradient * gradient);
        m[index] = first;
        v[index] = second;
        float root = MathF.Sqrt(second * factors.Correction2) + factors.Epsilon;
        float step = first * factors.Correction1 / root;
        w[index] -= factors.LearningRate * ((factors.WeightDecay * decayed[index]) + step);
    }
}

/// <summary>The options with what depends on them alone worked out once, in double, on the host.</summary>
internal struct AdamWFactors(AdamWOptions options)
{
    public float LearningRate = options.LearningRate;
    public float WeightDecay = options.WeightDecay;
    public float Epsilon = options.Epsilon;
    public float Beta1 = options.Beta1;
    public float Fresh1 = (float)(1.0 - options.Beta1);
    public float Correction1 = (float)(1 / (1 - Math.Pow(options.Beta1, options.Step)));

    // A frozen second moment is one that keeps all of itself.
    public float Beta2 = options.IsFrozen ? 1 : options.Beta2;
    public float Fresh2 = options.IsFrozen ? 0 : (float)(1.0 - options.Beta2);
    public float Correction2 = (float)(1 / (1 - Math.Pow(options.Beta2, options.SecondStep)));
}
