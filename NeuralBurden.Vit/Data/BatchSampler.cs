using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Training batches in a new random order each epoch, the last incomplete batch dropped. Order and
/// augmentation are functions of (seed, epoch, step, place in the batch) alone: a sampler set to a cursor
/// goes on exactly as the one that came there step by step. Allocates nothing after construction.
/// </summary>
public sealed class BatchSampler
{
    private readonly ulong _seed;
    private readonly AugmentationOptions _augmentation;
    private readonly int[] _order;
    private int _orderedEpoch = -1;
    private DataCursor _cursor;

    /// <param name="count">Images in the training set.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A batch that is empty or larger than the set.
    /// </exception>
    public BatchSampler(int count, int batchSize, ulong seed, AugmentationOptions augmentation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (batchSize < 1 || batchSize > count)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize,
                $"A batch takes 1 to {count} images, as many as the training set has.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(augmentation.CropPadding);
        (_seed, _augmentation, BatchSize) = (seed, augmentation, batchSize);
        _order = new int[count];
        StepsPerEpoch = count / batchSize;
    }

    public int BatchSize { get; }

    public int StepsPerEpoch { get; }

    /// <summary>The batch that <see cref="Next"/> gives next; set it to resume a run.</summary>
    public DataCursor Cursor
    {
        get => _cursor;
        set
        {
            if (value.Epoch < 0 || value.Step < 0 || value.Step >= StepsPerEpoch)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value,
                    $"A cursor has an epoch from 0 on and a step from 0 to {StepsPerEpoch - 1}.");
            }

            _cursor = value;
        }
    }

    /// <summary>
    /// Writes the batch at <see cref="Cursor"/> and moves on, into the next epoch at its end; the two are
    /// what <see cref="Compute.Devices.Device.LoadImages"/> takes.
    /// </summary>
    /// <param name="indices">[B], places in the training set.</param>
    /// <param name="jitter">
    /// [B, 3]: dx and dy in [-CropPadding, CropPadding], and 1 to mirror, else 0.
    /// </param>
    public void Next(Span<int> indices, Span<int> jitter)
    {
        if (indices.Length != BatchSize || jitter.Length != 3 * BatchSize)
        {
            throw new ArgumentException(
                $"A batch of {BatchSize} needs {BatchSize} indices and {3 * BatchSize} jitters; there is " +
                $"room for {indices.Length} and {jitter.Length}.");
        }

        if (_orderedEpoch != _cursor.Epoch)
        {
            Shuffle(_cursor.Epoch);
        }

        _order.AsSpan(_cursor.Step * BatchSize, BatchSize).CopyTo(indices);
        uint step = (uint)((long)_cursor.Epoch * StepsPerEpoch + _cursor.Step);
        uint shifts = 2 * (uint)_augmentation.CropPadding + 1;
        for (int i = 0; i < BatchSize; i++)
        {
            var (a, b, c, _) = Philox.Block(_seed, RandomStream.Augmentation, step, (ulong)i);
            jitter[3 * i] = (int)(((ulong)a * shifts) >> 32) - _augmentation.CropPadding;
            jitter[3 * i + 1] = (int)(((ulong)b * shifts) >> 32) - _augmentation.CropPadding;
            jitter[3 * i + 2] = _augmentation.HorizontalFlip ? (int)(c >> 31) : 0;
        }

        _cursor = _cursor.Step + 1 < StepsPerEpoch
            ? _cursor with { Step = _cursor.Step + 1 }
            : new DataCursor(_cursor.Epoch + 1, 0);
    }

    // Fisher and Yates from the identity, so that an epoch's order depends on no earlier one.
    private void Shuffle(int epoch)
    {
        for (int i = 0; i < _order.Length; i++)
        {
            int j = Philox.Below(i + 1, _seed, RandomStream.Shuffle, (uint)epoch, (ulong)i);
            _order[i] = _order[j];
            _order[j] = i;
        }

        _orderedEpoch = epoch;
    }
}
