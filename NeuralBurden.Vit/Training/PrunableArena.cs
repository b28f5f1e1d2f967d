using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.SelectInGroups;
using NeuralBurden.Compute.Ops.SelectLargest;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The matrices under pruning as the one stretch of memory that they are, with the device's copies of their masks: bit i
/// is that of weight i of the stretch. Matrices of it that are not pruned keep all.
/// </summary>
internal sealed class PrunableArena : IPrunableArena, IDisposable
{
    private readonly Device _device;
    private readonly Tensor _memory;
    private readonly Tensor _bits;
    private readonly Tensor _nonFinite;
    private readonly Tensor _weights;
    private readonly Tensor _effective;
    private readonly ParameterArena _parameters;
    private readonly List<WeightSegment> _segments;
    private readonly GroupedMatrix[] _matrices;
    private readonly int[] _host;

    /// <param name="scope">The matrices to prune, in their order in memory.</param>
    /// <param name="optimizer">Of the arena's parameters.</param>
    /// <param name="policy">Chooses how a matrix is multiplied.</param>
    public PrunableArena(
        Device device,
        ParameterArena parameters,
        IReadOnlyList<Parameter> scope,
        Optimizer optimizer,
        SparsePolicy policy)
    {
        (_device, _parameters) = (device, parameters);
        _effective = Section(parameters.Mask([.. scope]));
        _weights = Section(parameters.Weights);
        int words = MaskWords.DeviceWordCount(_weights.Count);

        // One more word, whole pairs of them: masks and what a selection says of them come back in one transfer.
        _memory = device.AllocateTensor(new Shape(words + 2), "masks", ElementType.Int32);
        _bits = _memory.Slice(0, new Shape(words));
        _nonFinite = _memory.Slice(words, new Shape(1));
        _host = new int[words + 2];
        _host.AsSpan().Fill(-1);
        device.Upload(_host, _memory);
        Tensors = [.. scope.Select(p => new DevicePrunableTensor(
            device,
            p,
            _bits.Slice(p.Offset / 32, new Shape(MaskWords.DeviceWordCount(p.Shape.Count))),
            optimizer.MomentsOf(p),
            policy))];
        _segments = new List<WeightSegment>(scope.Count);
        _matrices = [.. scope.Select(p => new GroupedMatrix((int)p.Offset, p.Shape[0], p.Shape[1], 0, 0))];
    }

    public IReadOnlyList<DevicePrunableTensor> Tensors { get; }

    /// <inheritdoc/>
    public void WriteEffective() => _device.ApplyMask(new(_weights, CurrentBits(), _effective));

    /// <inheritdoc/>
    public void TransformGradient(float prunedScale, float prunedDecay)
    {
        if (prunedScale == 1 && prunedDecay == 0) return;
        var gradients = Section(_parameters.Gradients);
        _device.MaskGradient(new(gradients, _weights, CurrentBits(), prunedScale, prunedDecay));
    }

    /// <inheritdoc/>
    public void ZeroPrunedWeights() => _device.ApplyMask(new(_weights, CurrentBits(), _weights));

    /// <summary>target = source, an arena of all parameters, without what is pruned.</summary>
    public void CopyKept(in Tensor source, in Tensor target)
    {
        long rest = source.Count - _weights.Count;
        _device.ApplyMask(new(Section(source), CurrentBits(), Section(target)));
        if (rest == 0) return;
        var others = new Shape((int)rest);
        _device.Copy(source.Slice(_weights.Count, others), target.Slice(_weights.Count, others));
    }

    /// <inheritdoc/>
    public bool TryMarkLargest(ReadOnlySpan<int> keep, long together, Span<ulong> bits)
    {
        BeginMarking();
        return TryMark(keep, alone: true, 0, bits) && TryMark(keep, alone: false, (int)together, bits);
    }

    /// <inheritdoc/>
    public bool TryMarkInGroups(int length, int keep, ReadOnlySpan<int> rest, Span<ulong> bits)
    {
        // A processor has a selection of its own, on the host's copy of the masks.
        if (_device.TryGetHostSpan(_weights, out _)) return false;
        BeginMarking();
        for (int t = 0; t < rest.Length; t++) _matrices[t] = _matrices[t] with { Keep = keep, KeepRest = rest[t] };
        _device.SelectInGroups(new(_weights, _matrices, length, _bits, _nonFinite));
        return ReadMarks(bits);
    }

    /// <inheritdoc/>
    public void MasksAreMarked()
    {
        for (int t = 0; t < Tensors.Count; t++) Tensors[t].Pruned.BitsAre(current: true);
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors) tensor.Dispose();
        _memory.Buffer.Dispose();
    }

    private void BeginMarking()
    {
        for (int t = 0; t < Tensors.Count; t++) Tensors[t].Pruned.BitsAre(current: false);
    }

    // Of the tensors that keep weights of their own, or of those that compete.
    private bool TryMark(ReadOnlySpan<int> keep, bool alone, int together, Span<ulong> bits)
    {
        _segments.Clear();
        for (int t = 0; t < Tensors.Count; t++)
            if (keep[t] > 0 == alone) _segments.Add(new WeightSegment(_matrices[t].Start, Tensors[t].Count, keep[t]));
        if (_segments.Count == 0) return true;
        _device.SelectLargest(new(_weights, _segments, together, _bits, _nonFinite));
        return ReadMarks(bits);
    }

    private bool ReadMarks(Span<ulong> bits)
    {
        _device.Download(_memory, _host);
        if (_host[_bits.Count] > 0) return false;
        var words = MemoryMarshal.Cast<int, ulong>(_host);
        int end = 0;
        for (int t = 0; t < Tensors.Count; t++)
        {
            int count = Tensors[t].Count, length = MaskWords.WordCount(count);
            words.Slice(_matrices[t].Start / 64, length).CopyTo(bits[end..]);
            if (count % 64 is > 0 and var rest) bits[end + length - 1] &= ulong.MaxValue >> (64 - rest);
            end += length;
        }

        return true;
    }

    private Tensor Section(in Tensor arena) => _parameters.Section(arena, ParameterRole.Prunable);

    private Tensor CurrentBits()
    {
        for (int t = 0; t < Tensors.Count; t++) _ = Tensors[t].Pruned.Bits;
        return _bits;
    }
}
