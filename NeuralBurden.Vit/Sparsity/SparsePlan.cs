using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// Keeps the sparse forms of a model's masked layers current: structures follow the masks, values the effective
/// weights. A step whose masks stay allocates nothing, and neither does one whose masks get sparser.
/// </summary>
internal sealed class SparsePlan : IDisposable
{
    private readonly Device _device;
    private readonly Entry[] _entries;
    private readonly double _mostWork;
    private bool _sampled;

    /// <param name="device">Where the model lives.</param>
    /// <param name="layers">The layers under pruning with their masks.</param>
    /// <param name="policy">Chooses between dense and sparse.</param>
    /// <param name="training">Whether weight gradients will be asked for.</param>
    public SparsePlan(
        Device device, IReadOnlyList<(LinearLayer Layer, Mask Mask)> layers, SparsePolicy policy, bool training = true)
    {
        (_device, _mostWork) = (device, policy.MostWork);
        _entries = [.. layers.Select(l => Plan(l.Layer, l.Mask, policy, training))];
    }

    /// <summary>
    /// What ran in the last step, for each layer. A weight gradient is reported dense where the method asked for it.
    /// </summary>
    public IReadOnlyList<LayerKernels> Kernels => [.. _entries.Select(e => new LayerKernels(
        e.Layer.Weight.Name,
        Name(e.Layer.Sparse?.Forward),
        Name(e.Layer.Sparse?.InputGradient),
        Name(e.Layer.Sparse?.WeightGradient)))];

    /// <summary>
    /// Whether a matrix with pruned weights is multiplied by a dense kernel, other than for a gradient that is needed
    /// dense.
    /// </summary>
    public bool IsSimulated => _entries.Any(e => e.Mask.Count < e.Mask.Length
        && (e.Layer.Sparse is not { Forward: true, InputGradient: true } || (_sampled && !e.Layer.Sparse.WeightGradient)));

    /// <summary>Follows masks and effective weights; after the latter are written, before they are used.</summary>
    public void Update()
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Layer.Sparse is not { } sparse) continue;
            if (entry.Version != entry.Mask.Version) Choose(ref entry, sparse);
            else if (entry.IsSparse) _device.SparseRefresh(sparse.Matrix);
        }
    }

    /// <summary>
    /// Says whether the coming backward pass needs weight gradients at kept weights alone; after
    /// <see cref="Update"/>.
    /// </summary>
    public void SampleGradients(bool sampled)
    {
        _sampled = sampled;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Layer.Sparse is { } sparse) sparse.WeightGradient = sampled && entry.MaySample;
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries)
        {
            entry.Layer.Sparse?.Dispose();
            entry.Layer.Sparse = null;
        }
    }

    private static string Name(bool? sparse) => sparse == true ? LayerKernels.Sparse : LayerKernels.Dense;

    private void Choose(ref Entry entry, SparseWeights sparse)
    {
        var mask = entry.Mask;
        double density = mask.Density;
        bool pruned = mask.Count < mask.Length;
        if (_mostWork > 0)
        {
            ChooseBySkipping(ref entry, sparse, pruned);
            return;
        }

        sparse.Forward = pruned && density <= entry.BreakEven.Forward;
        sparse.InputGradient = pruned && density <= entry.BreakEven.InputGradient;
        entry.MaySample = pruned && density <= entry.SampledBelow;
        entry.IsSparse = sparse.Forward || sparse.InputGradient || entry.MaySample;
        if (entry.IsSparse) _device.SparseBuild(sparse.Matrix, mask.Words);
        entry.Version = mask.Version;
    }

    // By what the mask leaves empty, not by its density: unstructured masks stay dense.
    private void ChooseBySkipping(ref Entry entry, SparseWeights sparse, bool pruned)
    {
        // Methods may renew masks at every step: what is plain is not counted, and what nobody reads is not uploaded.
        bool looks = pruned && (_mostWork == 1 || sparse.Matrix.MaySkip(entry.Mask.Words));
        if (looks) sparse.Matrix.Look(entry.Mask.Words);
        sparse.Forward = looks && sparse.Matrix.ForwardWork <= _mostWork && sparse.Matrix.ForwardWork < 1;
        sparse.InputGradient = looks && sparse.Matrix.InputWork <= _mostWork && sparse.Matrix.InputWork < 1;
        if (sparse.Forward || sparse.InputGradient) _device.SparseBuild(sparse.Matrix, entry.Mask.Words);
        entry.IsSparse = false;
        entry.Version = entry.Mask.Version;
    }

    private Entry Plan(LinearLayer layer, Mask mask, SparsePolicy policy, bool training)
    {
        var breakEven = policy.Of(mask.Rows, mask.Columns);
        double sampledBelow = training ? policy.WeightGradientBelow(mask.Rows, mask.Columns) : 0;
        double largest = Math.Max(breakEven.Largest, sampledBelow);
        if (largest > 0 || policy.MostWork > 0)
        {
            int reserve = (int)Math.Ceiling(largest * mask.Length);
            layer.Sparse = new SparseWeights(_device.AllocateSparse(layer.Weight.Effective, reserve));
        }

        return new Entry(layer, mask, breakEven, sampledBelow) { Version = -1 };
    }

    private record struct Entry(LinearLayer Layer, Mask Mask, BreakEven BreakEven, double SampledBelow)
    {
        /// <summary>Of the mask that the choice was made for.</summary>
        public long Version { get; set; }

        public bool IsSparse { get; set; }

        public bool MaySample { get; set; }
    }
}
