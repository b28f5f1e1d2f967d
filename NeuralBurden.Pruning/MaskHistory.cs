using System.Numerics;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning;

/// <summary>
/// What one tensor's mask did: the mask before the latest update, and which weights were ever kept, ever
/// pruned.
/// </summary>
internal sealed class MaskHistory
{
    private readonly PrunableTensor _tensor;
    private readonly ulong[] _previous;
    private readonly ulong[] _everKept;
    private readonly ulong[] _everPruned;

    public MaskHistory(PrunableTensor tensor)
    {
        _tensor = tensor;
        _previous = new ulong[tensor.Mask.Words.Length];
        _everKept = new ulong[_previous.Length];
        _everPruned = new ulong[_previous.Length];
    }

    /// <summary>Bits that the latest update changed.</summary>
    public long Flips { get; set; }

    /// <summary>Weights that were pruned at some time and are kept now.</summary>
    public int Returned => MaskWords.AndCount(_everPruned, _tensor.Mask.Words);

    public int EverKept => MaskWords.Count(_everKept);

    /// <summary>Takes the present mask as the first one; it is no flip.</summary>
    public void Begin()
    {
        Record();
        Flips = 0;
    }

    /// <summary>Takes note of the mask after an update, in one pass: methods may update it at every step.</summary>
    public void Record()
    {
        var words = _tensor.Mask.Words;
        long flips = 0L;
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            flips += BitOperations.PopCount(word ^ _previous[i]);
            _previous[i] = word;
            _everKept[i] |= word;
            _everPruned[i] |= ~word;
        }

        if (_tensor.Count % 64 != 0) _everPruned[^1] &= ulong.MaxValue >> (64 - (_tensor.Count % 64));
        Flips = flips;
    }

    public void Save(PrunerState state)
    {
        state.Put($"mask.{_tensor.Name}", _tensor.Mask.Pack().AsSpan());
        state.Put($"ever-kept.{_tensor.Name}", MaskWords.Pack(_tensor.Count, _everKept).AsSpan());
        state.Put($"ever-pruned.{_tensor.Name}", MaskWords.Pack(_tensor.Count, _everPruned).AsSpan());
    }

    public void Load(PrunerState state)
    {
        Unpack(state, "mask", _tensor.Mask);
        Unpack(state, "ever-kept", _everKept);
        Unpack(state, "ever-pruned", _everPruned);
        _tensor.Mask.Words.CopyTo(_previous);
    }

    private void Unpack(PrunerState state, string kind, ulong[] words)
    {
        var mask = new Mask(_tensor.Rows, _tensor.Columns, full: false);
        Unpack(state, kind, mask);
        mask.Words.CopyTo(words);
    }

    private void Unpack(PrunerState state, string kind, Mask mask)
    {
        string name = $"{kind}.{_tensor.Name}";
        try
        {
            mask.Unpack(state.Get(name));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"Pruner entry '{name}': {wrong.Message}", wrong);
        }
    }
}
