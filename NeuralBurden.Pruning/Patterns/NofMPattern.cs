using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Patterns;

/// <summary>
/// Keep N of every M neighbouring inputs of an output (arXiv 2102.04010): 2:4 is what sparse tensor cores
/// take. Groups run along a row; the last one of a row may be shorter and keeps its share, but one weight at least, so
/// that no input is cut from every row because of its place.
/// </summary>
/// <remarks>
/// At a sparsity below 1 - N/M a group of length k keeps max(1, k - round(s k)), so that a schedule may approach N:M
/// gradually; the layer distribution has no say.
/// </remarks>
public sealed class NofMPattern : Pattern
{
    private int[] _rest = [];

    /// <exception cref="SettingException">Not 1 &lt;= N &lt;= M &lt;= 64.</exception>
    public NofMPattern(int n, int m)
    {
        if (m is < 1 or > 64)
            throw new SettingException("parameters.m", m, "a whole number in [1, 64]");
        if (n < 1 || n > m)
            throw new SettingException("parameters.n", n, $"a whole number in [1, m = {m}]");
        N = n;
        M = m;
    }

    public override string Name => $"keep {N} of {M}";

    public override bool HasFreeUnits => false;

    public override bool IsUnstructured => true;

    public override bool SelectsAlone => true;

    /// <summary>Weights kept of every group.</summary>
    public int N { get; }

    /// <summary>Weights in a group.</summary>
    public int M { get; }

    /// <summary>1 - N/M, of rows that M divides.</summary>
    public double Sparsity => 1 - (double)N / M;

    /// <summary>Weights that a group of a given length keeps at a sparsity; none where there is no group.</summary>
    public int Keep(int length, double sparsity) =>
        (int)Math.Max(Math.Min(1, length), KeepCount.Of(length, Math.Min(sparsity, Sparsity)));

    public override void Select(float[] units, ulong[] bits, double sparsity)
    {
        for (int t = 0; t < Segments.Length; t++)
        {
            var scores = Units(units, t);
            var words = Words(bits, t);
            words.Clear();
            int columns = Segments[t].Columns;
            for (int row = 0; row < scores.Length; row += columns)
            {
                for (int start = 0; start < columns; start += M)
                {
                    int length = Math.Min(M, columns - start);
                    SelectGroup(
                        scores.Slice(row + start, length), Keep(length, sparsity), words, row + start);
                }
            }
        }
    }

    public override bool TryMarkLargest(IPrunableArena arena, ulong[] bits, double sparsity)
    {
        int[] rest = _rest.Length == Segments.Length ? _rest : _rest = new int[Segments.Length];
        for (int t = 0; t < rest.Length; t++) rest[t] = Keep(Segments[t].Columns % M, sparsity);
        return arena.TryMarkInGroups(M, Keep(M, sparsity), rest, bits);
    }

    public override void Reduce(float[] scores, float[] units) => scores.CopyTo(units, 0);

    public override void ReadMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++) Context.Tensors[t].Mask.Words.CopyTo(Words(bits, t));
    }

    public override void WriteMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++) Context.Tensors[t].Mask.Replace(Words(bits, t));
    }

    /// <summary>
    /// All full groups of a tensor keep the same number, N or (while still approaching it) more.
    /// </summary>
    public override void Check()
    {
        foreach (var tensor in Context.Tensors)
        {
            int expected = -1;
            for (int row = 0; row < tensor.Rows; row++)
            {
                for (int start = 0; start + M <= tensor.Columns; start += M)
                {
                    int kept = MaskWords.CountRange(tensor.Mask.Words, row * tensor.Columns + start, M);
                    if (expected < 0) expected = kept;
                    if (kept == expected && kept >= N) continue;
                    throw new PruningInvariantException(
                        $"Tensor '{tensor.Name}': group at [{row}, {start}] keeps {kept}, not {expected}.");
                }
            }
        }
    }

    protected override Segment[] Divide() =>
        [.. Context.Tensors.Select(t => new Segment(t.Name, t.Count, t.Rows, t.Columns))];

    private static void SelectGroup(ReadOnlySpan<float> scores, int keep, Span<ulong> words, int first)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            // Rank under (score descending, index ascending); groups are short, so counting beats sorting.
            int rank = 0;
            for (int j = 0; j < scores.Length; j++)
                if (scores[j] > scores[i] || (scores[j] == scores[i] && j < i)) rank++;
            if (rank < keep && !float.IsNegativeInfinity(scores[i])) MaskWords.Set(words, first + i);
        }
    }
}
