using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>Tokens of one image before its padding, which has size 0; exact in a float.</summary>
internal readonly struct RealTokens(ArrayView<float> sizes, int sized, ArrayView<float> real, int t) : IElementOp
{
    public void At(int index)
    {
        int count = t;
        while (sized != 0 && count > 0 && sizes[(index * t) + count - 1] == 0) count--;
        real[index] = count;
    }
}

/// <summary>
/// For each even token a of each image, the odd token of highest cosine similarity, by the lanes of a row:
/// score [B, A] and best [B, A] (an index, exact in a float). The lower index wins a tie.
/// </summary>
internal readonly struct BestMatches<TAccess>(
    ArrayView<float> metric,
    ArrayView<float> real,
    ArrayView<float> score,
    ArrayView<float> best,
    int b,
    int t,
    int d,
    int firstOdd,
    int lanes) : IKernel
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        var scores = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var choices = GroupMemory.Allocate<int>(Lanes.MaxThreads);
        int thread = Group.IdxX, lane = thread % lanes, evens = (t + 1) / 2;
        int row = (Grid.IdxX * (Group.DimX / lanes)) + (thread / lanes);
        float highest = float.NegativeInfinity;
        int choice = firstOdd;
        if (row < b * evens)
        {
            int odds = (int)real[row / evens] / 2;
            int image = row / evens * t * d, even = image + (row % evens * 2 * d);
            float length = LengthOf(even);
            for (int j = firstOdd + lane; j < odds; j += lanes)
            {
                float similarity = Cosine(even, length, image + (((2 * j) + 1) * d));

                // The bounds leave out NaN and infinities.
                if (similarity <= float.MaxValue && similarity > highest) (highest, choice) = (similarity, j);
            }
        }

        scores[thread] = highest;
        choices[thread] = choice;
        Group.Barrier();
        if (lane != 0 || row >= b * evens) return;
        for (int i = thread + 1; i < thread + lanes; i++)
        {
            bool better = scores[i] > highest || (scores[i] == highest && choices[i] < choice);
            if (better) (highest, choice) = (scores[i], choices[i]);
        }

        score[row] = highest;
        best[row] = choice;
    }

    // Four channels at a time: neighbouring threads read tokens that lie far apart.
    private float Cosine(int x, float length, int y)
    {
        Float4 dot = default, squares = default;
        for (int c = 0; c < d; c += 4)
        {
            Float4 u = Channels(x, c), v = Channels(y, c);
            u.Multiply(v);
            dot.Add(u);
            v.Multiply(v);
            squares.Add(v);
        }

        float scale = length * MathF.Sqrt(squares.Sum);
        return scale == 0 ? 0 : dot.Sum / scale;
    }

    private float LengthOf(int x)
    {
        Float4 squares = default;
        for (int c = 0; c < d; c += 4)
        {
            var u = Channels(x, c);
            u.Multiply(u);
            squares.Add(u);
        }

        return MathF.Sqrt(squares.Sum);
    }

    private Float4 Channels(int token, int c) => TAccess.Keep(TAccess.Load(metric, token + c, d - c), d - c);
}

/// <summary>
/// The map of one image by one group: rank the even tokens by (score, index), merge the r first of those that are
/// above the threshold.
/// </summary>
internal readonly struct MapTokens(
    ArrayView<float> score,
    ArrayView<float> best,
    ArrayView<float> merged,
    ArrayView<float> real,
    ArrayView<int> map,
    int t,
    int r,
    int protectedTokens,
    float threshold,
    int drop) : IKernel
{
    public void Execute()
    {
        int at = Grid.IdxX * ((t + 1) / 2), to = Grid.IdxX * t, count = (int)real[Grid.IdxX];
        int evens = (count + 1) / 2, odds = count / 2;
        int firstEven = (protectedTokens + 1) / 2, firstOdd = protectedTokens / 2;
        for (int i = Group.IdxX; i < evens; i += Group.DimX)
        {
            bool candidate = i >= firstEven && odds > firstOdd && !(score[at + i] <= threshold);
            merged[at + i] = candidate && RankOf(at, i, firstEven, evens) < r ? 1f : 0f;
        }

        Group.Barrier();
        int kept = protectedTokens;
        for (int i = firstEven; i < evens; i++)
        {
            if (merged[at + i] == 0) kept++;
        }

        // Where token 1 would stand.
        kept -= firstOdd;
        for (int n = Group.IdxX; n < protectedTokens; n += Group.DimX) map[to + n] = n;
        for (int i = firstEven + Group.IdxX; i < evens; i += Group.DimX)
        {
            int before = 0;
            for (int k = firstEven; k < i; k++)
            {
                if (merged[at + k] != 0) before++;
            }

            int group = drop != 0 ? -1 : kept + (int)best[at + i];
            map[to + (2 * i)] = merged[at + i] != 0 ? group : protectedTokens + i - firstEven - before;
        }

        for (int j = firstOdd + Group.IdxX; j < odds; j += Group.DimX) map[to + (2 * j) + 1] = kept + j;
        for (int n = count + Group.IdxX; n < t; n += Group.DimX) map[to + n] = -1;
    }

    private int RankOf(int at, int i, int first, int evens)
    {
        int rank = 0;
        float own = score[at + i];
        for (int k = first; k < evens; k++)
        {
            float other = score[at + k];
            if (other > own || (other == own && k < i)) rank++;
        }

        return rank;
    }
}
