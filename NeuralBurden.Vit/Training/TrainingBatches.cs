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
    private readonly int[] _indices;
    private readonly int[] _jitter;
    private readonly byte[] _pixels = [];
    private readonly int[] _others;
    private readonly float[] _shares;
    private readonly bool _moves;
    private readonly int _first;
    private readonly Tensor _deviceOthers;
    private readonly Tensor _deviceShares;

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
        (_indices, _jitter, _moves) = (new int[batch], new int[3 * batch], options != default);
        (_others, _shares) = (new int[batch], new float[batch]);
        if (!_augmenter.IsOn) return;
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
        _sampler.Cursor = new DataCursor(step / StepsPerEpoch, step % StepsPerEpoch);
        _sampler.Next(_indices, _jitter);
        if (_augmenter.IsOn) _augmenter.Prepare((uint)step, _indices, _jitter, _pixels, _others, _shares);
    }

    /// <summary>Brings a part of the batch to the device.</summary>
    public TrainingBatch Load(int part)
    {
        int first = _first + (part * PartSize);
        var indices = _indices.AsSpan(first, PartSize);
        if (!_augmenter.IsOn)
        {
            var (images, labels) = _images.Load(indices, _moves ? _jitter.AsSpan(3 * first, 3 * PartSize) : []);
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
        if (_deviceOthers.IsNone) return;
        _deviceOthers.Buffer.Dispose();
        _deviceShares.Buffer.Dispose();
    }
}
