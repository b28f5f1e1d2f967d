using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.CrossEntropy;

/// <summary>One row of logits [B, K] by the lanes of a row.</summary>
internal readonly struct SoftmaxLoss(
    ArrayView<float> logits,
    ArrayView<int> labels,
    ArrayView<int> others,
    ArrayView<float> shares,
    int mixed,
    float smoothing,
    ArrayView<float> losses,
    ArrayView<float> correct,
    ArrayView<float> dLogits,
    int hasGradient,
    int b,
    int k,
    int lanes) : IKernel
{
    public void Execute()
    {
        var maxima = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var positions = GroupMemory.Allocate<int>(Lanes.MaxThreads);
        var exponentials = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var distances = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int lane = Group.IdxX % lanes, row = (Grid.IdxX * (Group.DimX / lanes)) + (Group.IdxX / lanes);
        bool active = row < b;

        // Threads without a row see an empty one, but pass every barrier.
        int at = active ? row * k : 0, end = active ? k : 0, label = active ? labels[row] : 0, other = label;
        float share = 1;
        if (active && mixed != 0)
        {
            other = others[row];
            share = shares[row];
        }

        float max = float.NegativeInfinity;
        bool nan = false;
        for (int j = lane; j < end; j += lanes)
        {
            float x = logits[at + j];
            nan |= float.IsNaN(x);
            if (x > max) max = x;
        }

        max = Lanes.Max(maxima, max, lanes);

        // The first largest logit, or -1 where the row holds a NaN.
        int best = nan ? -1 : int.MaxValue;
        float sum = 0;
        for (int j = lane; j < end; j += lanes)
        {
            float x = logits[at + j];
            if (x == max && best == int.MaxValue) best = j;
            sum += MathF.Exp(x - max);
        }

        best = Lanes.Min(positions, best, lanes);
        float logSum = max + MathF.Log(Lanes.Sum(exponentials, sum, lanes));
        float missed = active ? logSum - logits[at + label] : 0, distance = 0;
        if (share < 1) missed = (share * missed) + ((1 - share) * (logSum - logits[at + other]));
        for (int j = lane; j < end; j += lanes) distance += logSum - logits[at + j];

        // The last barrier: only after it may dLogits overwrite logits.
        distance = Lanes.Sum(distances, distance, lanes);
        if (!active) return;
        if (lane == 0)
        {
            losses[row] = ((1 - smoothing) * missed) + (smoothing / k * distance);

            // Floats: ILGPU takes the bits of a chosen int for a float's.
            correct[row] = best == (share >= 0.5f ? label : other) ? 1f : 0f;
        }

        if (hasGradient == 0) return;
        for (int j = lane; j < k; j += lanes)
        {
            float hot = (j == label ? share : 0) + (j == other ? 1 - share : 0);
            float target = (smoothing / k) + ((1 - smoothing) * hot);
            dLogits[at + j] = (MathF.Exp(logits[at + j] - logSum) - target) / b;
        }
    }
}
