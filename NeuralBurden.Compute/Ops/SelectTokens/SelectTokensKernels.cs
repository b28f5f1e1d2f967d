using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.SelectTokens;

/// <summary>Whether a token stays, 1 or 0: it is protected, or fewer than keep others come before it.</summary>
internal readonly struct RankScores(ArrayView<float> scores, ArrayView<float> stays, int t, int keep, int first)
    : IElementOp
{
    public void At(int index)
    {
        int token = index % t, row = index - token, rank = 0;
        float own = scores[index];
        for (int n = first; n < t; n++)
        {
            float other = scores[row + n];

            // NaN, which equals nothing, ranks last; among NaN the index decides.
            bool ownNaN = !(own <= float.PositiveInfinity), otherNaN = !(other <= float.PositiveInfinity);
            bool higher = other > own || (ownNaN && !otherNaN), equal = other == own || (ownNaN && otherNaN);
            if (higher || (equal && n < token)) rank++;
        }

        stays[index] = token < first || rank < keep ? 1f : 0f;
    }
}

/// <summary>Position and weight of one token.</summary>
internal readonly struct MapSelected(
    ArrayView<float> scores,
    ArrayView<float> stays,
    ArrayView<int> map,
    ArrayView<float> weights,
    int t,
    int keep,
    int first) : IElementOp
{
    public void At(int index)
    {
        int before = 0;
        for (int n = index - (index % t); n < index; n++)
        {
            if (stays[n] != 0) before++;
        }

        map[index] = stays[index] != 0 ? before : first + keep;
        weights[index] = stays[index] != 0 ? 1 : scores[index];
    }
}
