using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning;

/// <summary>
/// What a trainer calls. Per step, in this order: <see cref="WriteEffective"/>; forward and backward, computing the
/// gradient that <see cref="GradientNeed"/> asks for and the gates that <see cref="NeedsGates"/> names;
/// <see cref="AfterBackward"/>; clipping; <see cref="BeforeOptimizer"/>, the optimizer, <see cref="AfterOptimizer"/>;
/// <see cref="Step"/>. At the end of training <see cref="Finish"/>.
/// </summary>
/// <remarks>
/// Clipping honours <see cref="HasHiddenGradients"/>, the optimizer <see cref="DecayPruned"/> and
/// <see cref="FrozenSecondMomentSteps"/>. Steps are counted from 0. A step allocates nothing.
/// </remarks>
public sealed class Pruner
{
    // Numbers in the saved counters before those of the tensors.
    private const int Counters = 4;

    private static readonly TensorPart[] Moments = [TensorPart.FirstMoment, TensorPart.SecondMoment];

    private readonly PruningMethod _method;
    private readonly PruningContext _context;
    private readonly MaskHistory[] _histories;
    private bool _effectiveIsCurrent;
    private bool _finished;
    private long _periodUpdates;
    private double _periodFlips;

    /// <summary>Attaches the method and chooses the masks that training starts with.</summary>
    /// <exception cref="SettingException">The method does not fit the tensors.</exception>
    public Pruner(PruningMethod method, PruningContext context)
    {
        _method = method;
        _context = context;
        _histories = [.. context.Tensors.Select(tensor => new MaskHistory(tensor))];
        method.Attach(context);
        method.Begin();
        foreach (var history in _histories) history.Begin();
        ApplyPersistence(isNew: true);
    }

    /// <summary>The tensors under pruning, in the order of every list here.</summary>
    public IReadOnlyList<PrunableTensor> Tensors => _context.Tensors;

    public PruningMethod Method => _method;

    /// <summary>Mask updates so far.</summary>
    public long Updates { get; private set; }

    /// <summary>
    /// Whether the optimizer's weight decay acts on pruned entries; if not it leaves them alone.
    /// </summary>
    public bool DecayPruned => _method.Persistence.DecaysPruned;

    /// <inheritdoc cref="PruningMethod.FrozenSecondMomentSteps"/>
    public long? FrozenSecondMomentSteps => _method.FrozenSecondMomentSteps;

    /// <summary>
    /// Whether the optimizer sees gradients of pruned weights. The norm that clips is that of the network that runs:
    /// over kept weights and all that is never pruned. Its factor scales every gradient, those of pruned weights too.
    /// </summary>
    public bool HasHiddenGradients => !_method.Persistence.IsMasked;

    /// <summary>
    /// Whether stored weights are zero where pruned, so that they are the effective weights.
    /// </summary>
    public bool StoresZeros => _method.Persistence.Zeroes;

    /// <summary>Which dense reference the burden measures may use now.</summary>
    public ReferenceKind Reference =>
        _method.Persistence.Zeroes ? ReferenceKind.Checkpoint : ReferenceKind.Shadow;

    /// <summary>Whether <see cref="Finish"/> was called, in this process or before a restore.</summary>
    public bool IsFinished => _finished;

    /// <summary>Exact share of pruned weights over all tensors.</summary>
    public double Sparsity => 1 - (double)Kept / _context.TotalWeights;

    /// <summary>Exact number of kept weights over all tensors.</summary>
    public long Kept
    {
        get
        {
            long kept = 0;
            for (int t = 0; t < _histories.Length; t++) kept += _context.Tensors[t].Mask.Count;
            return kept;
        }
    }

    /// <summary>
    /// Writes effective weights where they are not current; before every forward pass, of evaluation too.
    /// </summary>
    public void WriteEffective()
    {
        if (_effectiveIsCurrent) return;
        _method.WriteEffective();
        _effectiveIsCurrent = true;
    }

    /// <summary>
    /// Tells the pruner that weights were changed outside a step (a loaded checkpoint, an average).
    /// </summary>
    public void WeightsChanged() => _effectiveIsCurrent = false;

    public GradientNeed GradientNeed(long step) => _method.GradientNeed(step);

    /// <inheritdoc cref="PruningMethod.GradientServesOptimizerAlone"/>
    public bool GradientServesOptimizerAlone(long step) => _method.GradientServesOptimizerAlone(step);

    /// <inheritdoc cref="PruningMethod.NeedsGates"/>
    public string? NeedsGates(long step) => _method.NeedsGates(step);

    /// <summary>Learns from the gradient and turns it into what the optimizer may see.</summary>
    public void AfterBackward(long step) => _method.AfterBackward(step);

    /// <summary>Remembers the weights where the coming step is to be scaled.</summary>
    public void BeforeOptimizer()
    {
        if (!ScalesSteps) return;
        for (int t = 0; t < _histories.Length; t++) _context.Tensors[t].RememberWeights();
    }

    /// <summary>Scales the step that pruned weights have made by <see cref="Persistence.Gamma"/>.</summary>
    public void AfterOptimizer()
    {
        if (!ScalesSteps) return;
        float share = (float)_method.Persistence.Gamma;
        for (int t = 0; t < _histories.Length; t++) _context.Tensors[t].ScaleStep(share);
    }

    /// <inheritdoc cref="PruningMethod.MayUpdateMasks"/>
    public bool MayUpdate(long step) => !_finished && _method.MayUpdateMasks(step);

    /// <summary>
    /// Updates masks by the method's schedule, then zeroes and clears what the method says.
    /// </summary>
    /// <exception cref="PruningNumericException">Scores are not finite; no mask of this update is
    /// written.</exception>
    public void Step(long step)
    {
        _effectiveIsCurrent = false;
        var persistence = _method.Persistence;
        bool updated = !_finished && _method.UpdateMasks(step);
        if (updated)
        {
            long flips = 0;
            foreach (var history in _histories)
            {
                history.Record();
                flips += history.Flips;
            }

            Updates++;
            _periodUpdates++;
            _periodFlips += (double)flips / Math.Max(1, Kept);
        }

        ApplyPersistence(updated || _method.Persistence != persistence);
    }

    /// <summary>
    /// Freezes the masks and writes the effective weights, from which accuracy is reported; no figure comes of masks that
    /// break what the method promises.
    /// </summary>
    /// <exception cref="PruningInvariantException">See <see cref="CheckInvariants"/>.</exception>
    public void Finish()
    {
        _method.Finish();
        _finished = true;
        CheckInvariants();
    }

    /// <summary>
    /// Checks that counts are exact, that effective weights are zero where pruned (and stored weights and
    /// moments where the method zeroes), and that the masks keep to the pattern.
    /// </summary>
    /// <exception cref="PruningInvariantException">Names the tensor and the position.</exception>
    public void CheckInvariants()
    {
        WriteEffective();
        foreach (var tensor in _context.Tensors)
        {
            int ones = MaskWords.Count(tensor.Mask.Words);
            if (ones != tensor.Mask.Count)
            {
                throw new PruningInvariantException(
                    $"Tensor '{tensor.Name}': the mask counts {tensor.Mask.Count} weights but keeps {ones}.");
            }

            CheckZero(tensor, TensorPart.Effective);
            if (!_method.Persistence.Zeroes) continue;
            CheckZero(tensor, TensorPart.Weights);
            foreach (var part in Moments)
                if (tensor.Has(part)) CheckZero(tensor, part);
        }

        _method.Check();
    }

    /// <summary>Mask statistics of all tensors.</summary>
    public PrunerStatistics Statistics()
    {
        var rows = new TensorStatistics[_histories.Length];
        for (int t = 0; t < rows.Length; t++) rows[t] = PrunerReport.Of(_context.Tensors[t], _histories[t]);
        double flipRate = _periodUpdates == 0 ? 0 : _periodFlips / _periodUpdates;
        return new PrunerStatistics(Updates, _periodUpdates, flipRate, PrunerReport.Sum(rows), rows);
    }

    /// <summary>Starts the next period of <see cref="PrunerStatistics.PeriodFlipRate"/>, an epoch say.</summary>
    public void BeginPeriod() => (_periodUpdates, _periodFlips) = (0, 0);

    /// <summary>Everything needed to go on bitwise; weights and moments are the checkpoint's own.</summary>
    public PrunerState Save()
    {
        var state = new PrunerState();
        long[] counters = new long[_histories.Length + Counters];
        counters[0] = Updates;
        counters[1] = _finished ? 1 : 0;
        counters[2] = _periodUpdates;
        counters[3] = BitConverter.DoubleToInt64Bits(_periodFlips);
        for (int t = 0; t < _histories.Length; t++)
        {
            _histories[t].Save(state);
            counters[t + Counters] = _histories[t].Flips;
        }

        state.Put("pruner.counters", counters.AsSpan());
        _method.Save(state);
        return state;
    }

    /// <summary>Takes up a saved state, for the same method over the same tensors.</summary>
    /// <exception cref="FormatException">An entry is missing or does not fit; names the entry.</exception>
    public void Restore(PrunerState state)
    {
        long[] counters = new long[_histories.Length + Counters];
        state.Get("pruner.counters", counters.AsSpan());
        for (int t = 0; t < _histories.Length; t++)
        {
            _histories[t].Load(state);
            _histories[t].Flips = counters[t + Counters];
        }

        Updates = counters[0];
        _finished = counters[1] != 0;
        _periodUpdates = counters[2];
        _periodFlips = BitConverter.Int64BitsToDouble(counters[3]);
        _method.Load(state);
        _effectiveIsCurrent = false;
    }

    private bool ScalesSteps => _method.Persistence.Gamma is > 0 and < 1;

    /// <param name="isNew">Whether masks, or what happens to pruned weights, are other than before.</param>
    private void ApplyPersistence(bool isNew)
    {
        var persistence = _method.Persistence;
        if (persistence.Zeroes) _context.ZeroPrunedWeights();
        if (!isNew || !persistence.IsMasked) return;
        for (int t = 0; t < _histories.Length; t++)
        {
            var tensor = _context.Tensors[t];
            foreach (var part in Moments)
                if (tensor.Has(part)) tensor.ZeroPruned(part);
        }
    }

    private static void CheckZero(PrunableTensor tensor, TensorPart part)
    {
        var values = tensor.Read(part);
        int index = MaskedMath.FirstNonZeroPruned(tensor.Mask.Words, values);
        if (index < 0) return;
        var (row, column) = (index / tensor.Columns, index % tensor.Columns);
        throw new PruningInvariantException(
            $"Tensor '{tensor.Name}': {part} at [{row}, {column}] is pruned but {values[index]}.");
    }
}
