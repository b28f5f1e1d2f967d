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
    private readonly Mask _previous;
    private readonly Mask _everKept;
    private readonly Mask _everPruned;
    private readonly Mask _scratch;

    public MaskHistory(PrunableTensor tensor)
    {
        _tensor = tensor;
        _previous = new Mask(tensor.Rows, tensor.Columns);
        _everKept = new Mask(tensor.Rows, tensor.Columns, full: false);
        _everPruned = new Mask(tensor.Rows, tensor.Columns, full: false);
        _scratch = new Mask(tensor.Rows, tensor.Columns);
    }

    /// <summary>Bits that the latest update changed.</summary>
    public long Flips { get; set; }

    /// <summary>Weights that were pruned at some time and are kept now.</summary>
    public int Returned => _everPruned.AndCount(_tensor.Mask);

    public int EverKept => _everKept.Count;

    /// <summary>Takes the present mask as the first one; it is no flip.</summary>
    public void Begin()
    {
        Record();
        Flips = 0;
    }

    /// <summary>Takes note of the mask after an update.</summary>
    public void Record()
    {
        Flips = _tensor.Mask.XorCount(_previous);
        _previous.CopyFrom(_tensor.Mask);
        _everKept.Or(_tensor.Mask);
        _scratch.Fill(true);
        _scratch.AndNot(_tensor.Mask);
        _everPruned.Or(_scratch);
    }

    public void Save(PrunerState state)
    {
        state.Put($"mask.{_tensor.Name}", _tensor.Mask.Pack().AsSpan());
        state.Put($"ever-kept.{_tensor.Name}", _everKept.Pack().AsSpan());
        state.Put($"ever-pruned.{_tensor.Name}", _everPruned.Pack().AsSpan());
    }

    public void Load(PrunerState state)
    {
        Unpack(state, "mask", _tensor.Mask);
        Unpack(state, "ever-kept", _everKept);
        Unpack(state, "ever-pruned", _everPruned);
        _previous.CopyFrom(_tensor.Mask);
    }

    private void Unpack(PrunerState state, string kind, Mask mask)
    {
        var name = $"{kind}.{_tensor.Name}";
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
