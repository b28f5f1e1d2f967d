using NeuralBurden.Pruning.Masks;

namespace NeuralBurden.Pruning.Tensors;

/// <summary>
/// One named weight matrix [rows = outputs, columns = inputs] as pruning sees it: its arrays by
/// <see cref="TensorPart"/>, its mask, and the per-step operations on them.
/// </summary>
/// <remarks>
/// Host access serves decisions (mask updates, learned thresholds). On a device whose memory is not host
/// memory <see cref="Read"/> and <see cref="Edit"/> return a staging copy and <see cref="Commit"/> writes it
/// back; on a CPU they are the live memory itself and Commit does nothing. A span is valid until the next
/// call on the tensor for the same part. The per-step operations have host implementations here; a device
/// overrides them with its own kernels and follows <see cref="Mask.Version"/> to know when its copy of the
/// mask is stale.
/// </remarks>
public abstract class PrunableTensor(string name, int rows, int columns)
{
    private float[]? _remembered;

    public string Name { get; } = name;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Count => Rows * Columns;

    public Mask Mask { get; } = new(rows, columns);

    public ReadOnlySpan<float> Weights => Read(TensorPart.Weights);

    public ReadOnlySpan<float> Gradient => Read(TensorPart.Gradient);

    public ReadOnlySpan<float> Effective => Read(TensorPart.Effective);

    /// <summary>Whether the part exists; the optimizer's moments may not.</summary>
    public abstract bool Has(TensorPart part);

    /// <summary>Current content, [rows, columns] row-major.</summary>
    public abstract ReadOnlySpan<float> Read(TensorPart part);

    /// <summary>Current content for editing; changes hold after <see cref="Commit"/>.</summary>
    public abstract Span<float> Edit(TensorPart part);

    /// <summary>Makes the edits of a part effective on the device.</summary>
    public virtual void Commit(TensorPart part)
    {
    }

    /// <summary>effective = kept ? weights : 0.</summary>
    public virtual void WriteEffective()
    {
        Mask.Apply(Read(TensorPart.Weights), Edit(TensorPart.Effective));
        Commit(TensorPart.Effective);
    }

    /// <summary>
    /// gradient = kept ? g : prunedScale g + prunedDecay w (method.md 2.2, arXiv 2102.04010 for the decay).
    /// </summary>
    public virtual void TransformGradient(float prunedScale, float prunedDecay)
    {
        if (prunedScale == 1f && prunedDecay == 0f) return;
        var gradient = Edit(TensorPart.Gradient);
        MaskedMath.TransformGradient(
            Mask.Words, gradient, Read(TensorPart.Weights), prunedScale, prunedDecay);
        Commit(TensorPart.Gradient);
    }

    /// <summary>Copies the weights, for <see cref="ScaleStep"/>.</summary>
    public virtual void RememberWeights() => Weights.CopyTo(_remembered ??= new float[Count]);

    /// <summary>
    /// weights = kept ? w : share w + (1 - share) w0, with w0 the weights that <see cref="RememberWeights"/> copied.
    /// </summary>
    public virtual void ScaleStep(float share)
    {
        MaskedMath.TransformGradient(Mask.Words, Edit(TensorPart.Weights), _remembered, share, 1 - share);
        Commit(TensorPart.Weights);
    }

    /// <summary>Zeroes the part where the mask is 0.</summary>
    public virtual void ZeroPruned(TensorPart part)
    {
        MaskedMath.ZeroPruned(Mask.Words, Edit(part));
        Commit(part);
    }

    /// <summary>Zeroes the part where <paramref name="positions"/> is 1.</summary>
    public virtual void ZeroAt(TensorPart part, ReadOnlySpan<ulong> positions)
    {
        MaskedMath.ZeroWhere(positions, Edit(part));
        Commit(part);
    }
}
