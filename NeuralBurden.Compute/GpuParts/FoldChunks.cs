using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over rows, second step: first[i] (+)= the sum over chunks of partial[chunk, i], i in [0, n); the same
/// for second[i], i in [0, secondCount), from partial + secondAt, by groups of their own. Lines of threads share the chunks
/// of <c>lanes</c> columns: a thread alone would wait for one load after the other.
/// </summary>
internal readonly struct FoldChunks(
    ArrayView<float> partial,
    ArrayView<float> first,
    ArrayView<float> second,
    int chunks,
    int n,
    int secondAt,
    int secondCount,
    int lanes,
    int accumulate) : IKernel
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int t = Group.IdxX, lane = t % lanes, line = t / lanes, lines = Group.DimX / lanes;
        int panels = (n + lanes - 1) / lanes, column = (Grid.IdxX % panels * lanes) + lane;
        bool isSecond = Grid.IdxX >= panels;
        int count = isSecond ? secondCount : n;
        sums[t] = column < count ? SumOf((isSecond ? secondAt : 0) + column, line, lines) : 0;
        Group.Barrier();
        if (line != 0 || column >= count) return;
        float sum = 0;
        for (int i = 0; i < lines; i++) sum += sums[lane + (i * lanes)];
        if (isSecond) second[column] = accumulate != 0 ? second[column] + sum : sum;
        else first[column] = accumulate != 0 ? first[column] + sum : sum;
    }

    // Four loads under way at once.
    private float SumOf(int at, int line, int lines)
    {
        float sum = 0;
        int chunk = line, step = lines * n;
        at += chunk * n;
        for (; chunk + (3 * lines) < chunks; chunk += 4 * lines, at += 4 * step)
        {
            float a = partial[at], b = partial[at + step], c = partial[at + (2 * step)], d = partial[at + (3 * step)];
            sum += a + b + (c + d);
        }

        for (; chunk < chunks; chunk += lines, at += step) sum += partial[at];
        return sum;
    }
}
