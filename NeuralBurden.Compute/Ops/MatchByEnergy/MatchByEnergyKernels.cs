using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MatchByEnergy;

/// <summary>One cosine [B, n, n] between unprotected tokens; -1 where it is not finite.</summary>
internal readonly struct Cosines(ArrayView<float> metric, ArrayView<float> cosines, int t, int d, int first)
    : IElementOp
{
    public void At(int index)
    {
        int n = t - first, image = index / (n * n), i = index / n % n, j = index % n;
        int x = ((image * t) + first + i) * d, y = ((image * t) + first + j) * d;
        float dot = 0, xx = 0, yy = 0;
        for (int c = 0; c < d; c++)
        {
            float u = metric[x + c], v = metric[y + c];
            dot += u * v;
            xx += u * u;
            yy += v * v;
        }

        float scale = MathF.Sqrt(xx) * MathF.Sqrt(yy), value = scale == 0 ? 0 : dot / scale;
        cosines[index] = value >= -float.MaxValue && value <= float.MaxValue ? value : -1;
    }
}

/// <summary>Sum of one row's ELU(cosine - margin), in the order of the tokens: equal rows have equal energies.</summary>
internal readonly struct Energies(ArrayView<float> cosines, ArrayView<float> energies, int n, float margin)
    : IElementOp
{
    public void At(int index)
    {
        float sum = 0;
        for (int j = index * n; j < (index + 1) * n; j++)
        {
            float x = cosines[j] - margin;
            sum += x > 0 ? x : MathF.Exp(x) - 1;
        }

        energies[index] = sum;
    }
}

/// <summary>Rank of one token by falling energy, then index.</summary>
internal readonly struct RankEnergies(ArrayView<float> energies, ArrayView<float> ranks, int n) : IElementOp
{
    public void At(int index)
    {
        int rank = 0;
        for (int j = index - (index % n); j < index - (index % n) + n; j++)
        {
            if (energies[j] > energies[index] || (energies[j] == energies[index] && j < index)) rank++;
        }

        ranks[index] = rank;
    }
}

/// <summary>Position of one token: of the 2r first ranks, even ones join the most similar odd one.</summary>
internal readonly struct MapByEnergy(
    ArrayView<float> cosines, ArrayView<float> ranks, ArrayView<int> map, int t, int r, int first) : IElementOp
{
    public void At(int index)
    {
        int n = t - first, image = index / t, token = index % t;
        int home = token >= first && IsSource(image, token - first, n) ? Partner(image, token - first, n) + first : token;
        int position = home;
        for (int k = 0; k < home - first; k++)
        {
            if (IsSource(image, k, n)) position--;
        }

        map[index] = position;
    }

    private bool IsSource(int image, int i, int n)
    {
        int rank = (int)ranks[(image * n) + i];
        return rank < 2 * r && rank % 2 == 0;
    }

    private int Partner(int image, int i, int n)
    {
        int row = ((image * n) + i) * n, best = -1, bestRank = 0;
        float highest = 0;
        for (int j = 0; j < n; j++)
        {
            int rank = (int)ranks[(image * n) + j];
            if (rank >= 2 * r || rank % 2 == 0) continue;
            float cosine = cosines[row + j];
            bool better = best < 0 || cosine > highest || (cosine == highest && rank < bestRank);
            if (better) (highest, best, bestRank) = (cosine, j, rank);
        }

        return best;
    }
}
