using System.Numerics.Tensors;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// Turns scores into masks: criterion, pattern, distribution and exact top-k, in buffers allocated once. A
/// cycle is <see cref="Score"/>, any of the Restrict/Favour steps, <see cref="Prune"/> or
/// <see cref="DropAndGrow"/>, <see cref="WriteMasks"/>.
/// </summary>
public sealed class MaskSelector
{
    private readonly PruningContext _context;
    private readonly Pattern _pattern;
    private readonly Distribution _distribution;
    private readonly TopK _topK;
    private readonly float[] _scores;
    private readonly float[] _units;
    private readonly ulong[] _bits;
    private readonly ulong[] _kept;
    private readonly ulong[] _spare;
    private readonly int[] _keep;
    private readonly int[] _alone;
    private readonly bool[] _pinned;

    // Thresholds of the latest selection: of each segment on its own, and of each round of a global one.
    private readonly float[] _hints;
    private readonly float[] _roundHints;

    public MaskSelector(PruningContext context, Pattern pattern, Distribution distribution)
    {
        _context = context;
        _pattern = pattern;
        _distribution = distribution;
        _scores = new float[context.TotalWeights];
        _units = pattern.IsUnstructured ? _scores : new float[pattern.TotalUnits];
        _bits = new ulong[pattern.TotalWords];
        _kept = new ulong[pattern.TotalWords];
        _spare = new ulong[pattern.TotalWords];
        _keep = new int[pattern.Segments.Length];
        _alone = new int[pattern.Segments.Length];
        _pinned = new bool[pattern.Segments.Length];
        _topK = new TopK(pattern.TotalUnits);
        _hints = new float[pattern.Segments.Length];
        _roundHints = new float[pattern.Segments.Length + 1];
        _hints.AsSpan().Fill(float.NaN);
        _roundHints.AsSpan().Fill(float.NaN);
    }

    private ReadOnlySpan<Segment> Segments => _pattern.Segments;

    /// <summary>The concatenated weight scores, for methods that compute their own.</summary>
    public float[] Scores => _scores;

    /// <summary>Scores all tensors by a criterion; fails on scores that are not finite.</summary>
    /// <exception cref="PruningNumericException">Names tensor and position.</exception>
    public void Score(Criterion criterion, long step)
    {
        for (int t = 0; t < _context.Tensors.Count; t++)
            criterion.Score(t, _context.Tensors[t], step, _context.Slice(_scores, t));
        UseScores(criterion.Name);
    }

    /// <summary>Takes <see cref="Scores"/> as filled by the caller.</summary>
    /// <exception cref="PruningNumericException">Names tensor and position.</exception>
    public void UseScores(string what)
    {
        for (int t = 0; t < _context.Tensors.Count; t++)
        {
            var tensor = _context.Tensors[t];
            var scores = _context.Slice(_scores, t);
            int i = MaskedMath.FirstNonFinite(scores);
            if (i < 0) continue;
            var (row, column) = (i / tensor.Columns, i % tensor.Columns);
            throw new PruningNumericException(tensor.Name, $"the {what} score", row, column, scores[i]);
        }

        if (!_pattern.IsUnstructured) _pattern.Reduce(_scores, _units);
        _pattern.ReadMasks(_kept);
    }

    /// <summary>Units that are pruned now cannot be selected.</summary>
    public void RestrictToKept()
    {
        for (int s = 0; s < Segments.Length; s++)
            MaskedMath.FillPruned(_pattern.Words(_kept, s), _pattern.Units(_units, s), float.NegativeInfinity);
    }

    /// <summary>Divides the scores of kept units by low and of pruned ones by high.</summary>
    public void Favour(Hysteresis hysteresis)
    {
        float low = (float)hysteresis.Low, high = (float)hysteresis.High;
        for (int s = 0; s < Segments.Length; s++)
            MaskedMath.Divide(_pattern.Words(_kept, s), _pattern.Units(_units, s), low, high);
    }

    /// <summary>Selects the best units at a sparsity, split by the distribution.</summary>
    public void Prune(double sparsity)
    {
        if (_pattern.SelectsAlone)
        {
            _pattern.Select(_units, _bits, sparsity);
            return;
        }

        _distribution.Allocate(sparsity, Segments, _keep);
        if (_distribution.IsGlobal)
        {
            if (_distribution.IsNormalised) Normalise();
            PruneGlobally(sparsity);
            return;
        }

        for (int s = 0; s < Segments.Length; s++) SelectAlone(s);
    }

    /// <summary>
    /// Selects by magnitude on the device, where that does all that <see cref="Score"/> and <see cref="Prune"/> would have
    /// done here, and writes the masks; false leaves everything to these.
    /// </summary>
    public bool TryPruneByMagnitude(double sparsity)
    {
        if (_context.Arena is not { } arena) return false;
        bool marked = _pattern.SelectsAlone
            ? _pattern.TryMarkLargest(arena, _bits, sparsity)
            : _pattern.IsUnstructured && TryMarkLargest(arena, sparsity);
        if (!marked) return false;
        WriteMasks();
        arena.MasksAreMarked();
        return true;
    }

    /// <summary>
    /// Every segment drops floor(fraction x kept) of its kept units with the lowest scores and grows as many
    /// by
    /// <paramref name="growth"/>'s score among those then not kept. Starts from the current masks.
    /// </summary>
    public void DropAndGrow(Growth growth, Criterion drop, long step)
    {
        double fraction = growth.Cycle.At(step);
        Score(drop, step);
        RestrictToKept();
        for (int s = 0; s < Segments.Length; s++)
        {
            int kept = MaskWords.Count(_pattern.Words(_kept, s));
            if (growth.Drop == DropRule.PerSign) DropPerSign(s, fraction);
            else Survivors(s, kept - Share(fraction, kept));
        }

        // _kept still holds the old mask; _bits the survivors. Growing needs fresh scores, so the survivors
        // move over.
        for (int s = 0; s < Segments.Length; s++)
            _keep[s] = MaskWords.Count(_pattern.Words(_kept, s)) - MaskWords.Count(_pattern.Words(_bits, s));
        Score(growth.Score, step);
        for (int s = 0; s < Segments.Length; s++) Grow(s);
    }

    /// <summary>Writes the selection into the tensors' masks.</summary>
    public void WriteMasks() => _pattern.WriteMasks(_bits);

    private bool TryMarkLargest(IPrunableArena arena, double sparsity)
    {
        if (_distribution.IsNormalised) return false;
        _distribution.Allocate(sparsity, Segments, _keep);
        if (!_distribution.IsGlobal) return arena.TryMarkLargest(_keep, 0, _bits);
        long budget = Budget(sparsity);
        do
        {
            for (int s = 0; s < Segments.Length; s++) _alone[s] = _pinned[s] ? _keep[s] : 0;
            if (!arena.TryMarkLargest(_alone, budget, _bits)) return false;
        }
        while (PinShort(ref budget));
        return true;
    }

    private void Survivors(int segment, int count) =>
        _topK.Select(_pattern.Units(_units, segment), count, _pattern.Words(_bits, segment));

    private void Grow(int segment)
    {
        var units = _pattern.Units(_units, segment);
        var survivors = _pattern.Words(_bits, segment);
        for (int u = 0; u < units.Length; u++)
            if (MaskWords.Get(survivors, u)) units[u] = float.NegativeInfinity;
        var grown = _pattern.Words(_kept, segment);
        _topK.Select(units, _keep[segment], grown);
        for (int w = 0; w < survivors.Length; w++) survivors[w] |= grown[w];
    }

    private void DropPerSign(int segment, double fraction)
    {
        // Unstructured only: segment = tensor, score = |w|, minus infinity outside the mask.
        var weights = _context.Tensors[segment].Weights;
        var scores = _pattern.Units(_units, segment);
        var bits = _pattern.Words(_bits, segment);
        var kept = _pattern.Words(_kept, segment);
        int positive = 0, negative = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (!MaskWords.Get(kept, i)) continue;
            if (weights[i] >= 0) positive++;
            else negative++;
        }

        for (int i = 0; i < scores.Length; i++)
            if (weights[i] < 0) scores[i] = float.NegativeInfinity;
        _topK.Select(scores, positive - Share(fraction, positive), bits);
        for (int i = 0; i < scores.Length; i++)
            scores[i] = MaskWords.Get(kept, i) && weights[i] < 0 ? -weights[i] : float.NegativeInfinity;
        var spare = _pattern.Words(_spare, segment);
        _topK.Select(scores, negative - Share(fraction, negative), spare);
        for (int w = 0; w < bits.Length; w++) bits[w] |= spare[w];
    }

    private void Normalise()
    {
        for (int s = 0; s < Segments.Length; s++)
        {
            var units = _pattern.Units(_units, s);
            float norm = (float)MaskedMath.NormOfFinite(units);
            if (norm > 0) TensorPrimitives.Divide(units, norm, units);
        }
    }

    private void PruneGlobally(double sparsity)
    {
        long budget = Budget(sparsity);
        int round = 0;
        do
        {
            SelectUnpinned(budget, ref _roundHints[round++]);
        }
        while (PinShort(ref budget));

        for (int s = 0; s < Segments.Length; s++)
            if (_pinned[s]) SelectAlone(s);
    }

    /// <summary>Units that a global selection keeps, and no segment pinned.</summary>
    private long Budget(double sparsity)
    {
        Array.Clear(_pinned);
        long least = 0;
        foreach (int keep in _keep) least += keep;
        return Math.Max(KeepCount.Of(_pattern.TotalUnits, sparsity), least);
    }

    /// <summary>
    /// A segment that would fall below its least is pinned there and leaves the competition; its shortfall is taken from the
    /// others, which may push another one below its least, so selections repeat until none is. Whether one was.
    /// </summary>
    private bool PinShort(ref long budget)
    {
        bool isShort = false;
        for (int s = 0; s < Segments.Length; s++)
        {
            if (_pinned[s] || MaskWords.Count(_pattern.Words(_bits, s)) >= _keep[s]) continue;
            (_pinned[s], isShort) = (true, true);
            budget -= _keep[s];
        }

        return isShort;
    }

    private void SelectAlone(int segment)
    {
        _topK.Select(
            _pattern.Units(_units, segment), _keep[segment], _pattern.Words(_bits, segment), _hints[segment]);
        _hints[segment] = _topK.Threshold;
    }

    private void SelectUnpinned(long budget, ref float hint)
    {
        _topK.Begin(budget, hint);
        while (_topK.NextPass())
        {
            for (int s = 0; s < Segments.Length; s++)
                if (!_pinned[s]) _topK.Count(_pattern.Units(_units, s));
            _topK.EndPass();
        }

        hint = _topK.Threshold;
        for (int s = 0; s < Segments.Length; s++)
            if (!_pinned[s]) _topK.Mark(_pattern.Units(_units, s), _pattern.Words(_bits, s));
    }

    // The tolerance absorbs products such as 0.57 x 100 = 56.99999999999999.
    private static int Share(double fraction, int kept) => (int)Math.Floor(fraction * kept + 1e-9);
}
