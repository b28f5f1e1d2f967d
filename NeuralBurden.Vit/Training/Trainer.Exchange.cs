using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

/// <content>
/// A step shared by several processes. Each computes the gradient of its own images; the mean over the ranks is that of
/// the batch, because all have equally many. A block's matrices are one bucket, exchanged while the blocks before it are
/// still in backward; everything else is a last bucket. From the exchanged gradient on every rank does the same, so
/// weights and masks are the same everywhere without being sent.
/// </content>
internal sealed partial class Trainer
{
    private readonly IGradientExchange? _exchange;
    private readonly Tensor[] _buckets = [];
    private readonly Tensor[] _sums = [];
    private readonly Action<int>? _onBlockDone;

    private int Ranks => _exchange?.Ranks ?? 1;

    // Images of a rank are consecutive in the batch.
    private int OwnCount => _config.Train.BatchSize / Ranks;

    private int OwnFirst => (_exchange?.Rank ?? 0) * OwnCount;

    /// <summary>
    /// Brings the losses and hits of all ranks in the current epoch to this one: before they are saved. All ranks call it.
    /// </summary>
    public void GatherRecords()
    {
        if (_exchange is null) return;
        var all = new Shape(StepsInEpoch * _config.Train.BatchSize);
        foreach (var tensor in new[] { _losses, _correct })
        {
            float[] values = HostCopy.Of(_device, tensor.Slice(0, all));
            Gather(values);
            _device.Upload(values, tensor.Slice(0, all));
        }
    }

    /// <summary>Whether all ranks have the same weights and masks, bit by bit; they do, unless a machine errs.</summary>
    public bool AgreesOnState()
    {
        if (_exchange is null) return true;
        ulong hash = (ulong)StepsDone;
        foreach (float value in HostCopy.Of(_device, Model.Parameters.Weights)) Add(BitConverter.SingleToUInt32Bits(value));
        foreach (var tensor in _prunable?.Tensors ?? [])
        {
            foreach (ulong word in tensor.Mask.Words) Add(word);
        }

        return _exchange.Agrees(hash);

        // FNV-1a over words.
        void Add(ulong word) => hash = (hash ^ word) * 0x100000001b3;
    }

    /// <summary>The matrices of every block, then everything else, as parts of an arena of the parameters' layout.</summary>
    private Tensor[] Buckets(in Tensor arena)
    {
        if (arena.IsNone) return [];
        var blocks = Model.Blocks;
        long end = Model.Parameters.Section(Model.Parameters.Weights, ParameterRole.Prunable).Count;
        var buckets = new Tensor[blocks.Count + 1];
        for (int i = 0; i < blocks.Count; i++)
        {
            long from = blocks[i].Qkv.Weight.Offset, to = i + 1 < blocks.Count ? blocks[i + 1].Qkv.Weight.Offset : end;
            buckets[i] = arena.Slice(from, new Shape((int)(to - from)));
        }

        buckets[^1] = arena.Slice(end, new Shape((int)(Model.Parameters.Length - end)));
        return buckets;
    }

    private void Exchange(int bucket)
    {
        if (_batches.Parts > 1) _device.Axpby(new(1, _sums[bucket], 1f / _batches.Parts, _buckets[bucket]));
        _exchange!.Begin(_device, _buckets[bucket]);
    }

    private void FinishExchange()
    {
        if (_exchange is null) return;
        Exchange(_buckets.Length - 1);
        _exchange.Finish();
    }

    /// <summary>
    /// From values per image of whole steps, of which this rank knows its own, to those of all ranks. What stands in the
    /// others' places does not matter.
    /// </summary>
    private void Gather(Span<float> values)
    {
        if (_exchange is null) return;
        int batch = _config.Train.BatchSize;
        for (int start = 0; start < values.Length; start += batch)
        {
            values.Slice(start, OwnFirst).Clear();
            values[(start + OwnFirst + OwnCount)..(start + batch)].Clear();
        }

        _exchange.Sum(values);
    }
}
