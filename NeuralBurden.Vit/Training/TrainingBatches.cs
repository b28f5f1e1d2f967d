using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Augmentation;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The augmented batches of a training, each in <c>train.accumulate</c> equal parts. Crop and mirror happen on the
/// device; what else there is prepares the whole batch on the host first, so that parts change nothing about it. Of
/// several ranks each loads its own run of consecutive images and splits that one into parts.
/// </summary>
internal sealed class TrainingBatches : IDisposable
{
    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly BatchSampler _sampler;
    private readonly BatchAugmenter _augmenter;
    private readonly BatchReader? _sources;
    private readonly byte[] _pixels = [];
    private readonly int[] _others;
    private readonly float[] _shares;
    private readonly bool _moves;
    private readonly bool _looksAhead;
    private readonly int _first;
    private readonly Tensor _deviceOthers;
    private readonly Tensor _deviceShares;
    private Choice _now;
    private Choice _next;

    /// <param name="images">The training set; holds a part of a batch at least.</param>
    /// <param name="rank">This process among <paramref name="ranks"/>.</param>
    /// <param name="ranks">Processes that share every batch.</param>
    public TrainingBatches(Device device, DeviceImages images, RunConfig config, int rank = 0, int ranks = 1)
    {
        (_device, _images) = (device, images);
        var options = new AugmentationOptions(config.Augment.CropPadding, config.Augment.HorizontalFlip);
        int batch = config.Train.BatchSize;
        _sampler = new BatchSampler(images.Data.Count, batch, (ulong)config.Seed, options);
        _augmenter = new BatchAugmenter(images.Data, config.Augment, config.Seed);
        Parts = config.Train.Accumulate;
        PartSize = batch / (ranks * Parts);
        _first = rank * (batch / ranks);
        (_now, _next, _moves) = (new Choice(batch), new Choice(batch), options != default);
        (_others, _shares) = (new int[batch], new float[batch]);
        _looksAhead = images.Data.Workers > 0 && (_augmenter.IsOn || images.IsStreamed);
        if (!_augmenter.IsOn) return;
        _sources = new BatchReader(images.Data, batch);
        _pixels = new byte[batch * images.Data.ImageBytes];
        images.AllowPrepared();
        if (!_augmenter.Mixes) return;
        _deviceOthers = device.AllocateTensor(new Shape(PartSize), "mixed-in labels", ElementType.Int32);
        _deviceShares = device.AllocateTensor(new Shape(PartSize), "shares of labels");
    }

    public int StepsPerEpoch => _sampler.StepsPerEpoch;

    /// <summary>Parts of a batch.</summary>
    public int Parts { get; }

    /// <summary>Images in a part.</summary>
    public int PartSize { get; }

    /// <summary>Chooses and prepares the batch of a step, whichever came before.</summary>
    public void Begin(int step)
    {
        (_now, _next) = (_next, _now);
        Choose(_now, step);
        if (_looksAhead) Choose(_next, step + 1);
        if (_sources is null) return;
        var sources = _sources.Read(_now.Indices);
        if (_looksAhead) _sources.Begin(_next.Indices);
        _augmenter.Prepare((uint)step, _now.Indices, sources, _now.Jitter, _pixels, _others, _shares);
    }

    /// <summary>Brings a part of the batch to the device.</summary>
    public TrainingBatch Load(int part)
    {
        int first = _first + (part * PartSize);
        var indices = _now.Indices.AsSpan(first, PartSize);
        if (!_augmenter.IsOn)
        {
            var jitter = _moves ? _now.Jitter.AsSpan(3 * first, 3 * PartSize) : [];
            var (images, labels) = _images.Load(indices, jitter);
            if (_looksAhead) _images.Expect(After(part));
            return new TrainingBatch(images, labels, default, default);
        }

        int size = _images.Data.ImageBytes;
        var (prepared, own) = _images.LoadPrepared(indices, _pixels.AsSpan(first * size, PartSize * size));
        if (!_augmenter.Mixes) return new TrainingBatch(prepared, own, default, default);
        _device.Upload(_others.AsSpan(first, PartSize), _deviceOthers);
        _device.Upload(_shares.AsSpan(first, PartSize), _deviceShares);
        return new TrainingBatch(prepared, own, _deviceOthers, _deviceShares);
    }

    public void Dispose()
    {
        _sources?.Dispose();
        if (_deviceOthers.IsNone) return;
        _deviceOthers.Buffer.Dispose();
        _deviceShares.Buffer.Dispose();
    }
    // A batch that was looked at ahead is there already; the order of an epoch costs a pass over all indices.
    private void Choose(Choice choice, int step)
    {
        if (choice.Step == step) return;
        _sampler.Cursor = new DataCursor(step / StepsPerEpoch, step % StepsPerEpoch);
        _sampler.Next(choice.Indices, choice.Jitter);
        choice.Step = step;
    }

    private ReadOnlySpan<int> After(int part) => part + 1 < Parts
        ? _now.Indices.AsSpan(_first + ((part + 1) * PartSize), PartSize)
        : _next.Indices.AsSpan(_first, PartSize);

    /// <summary>The images of a step and how each is moved.</summary>
    private sealed class Choice(int batch)
    {
        public int Step { get; set; } = -1;

        public int[] Indices { get; } = new int[batch];

        public int[] Jitter { get; } = new int[3 * batch];
    }
}
