using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// Augmentation of whole batches of 8-bit images on the host, in this order: crop and mirror, RandAugment, random
/// erasing, then mixup or CutMix. A batch is a function of (seed, step, indices) alone, in integers and in doubles that
/// no device computes, so that it is the same for every device and in a resumed run. Allocates nothing after
/// construction.
/// </summary>
internal sealed class BatchAugmenter
{
    private readonly ImageDataset _data;
    private readonly ulong _seed;
    private readonly RandAugment _randAugment;
    private readonly RandomErasing _erasing;
    private readonly BatchMixing _mixing;

    public BatchAugmenter(ImageDataset data, AugmentConfig config, int seed)
    {
        (_data, _seed) = (data, (ulong)seed);
        byte[] mean = [.. data.Mean.Select(m => (byte)Math.Clamp(Math.Round(m * 255), 0, 255))];
        _randAugment = new RandAugment(
            config.RandAugment, config.RandAugmentMagnitude, data.Channels, data.Height, data.Width);
        _erasing = new RandomErasing(config.RandomErasing, mean);
        _mixing = new BatchMixing(config.Mixup, config.Cutmix, _seed);
    }

    /// <summary>Whether batches need the host at all; crop and mirror alone do not.</summary>
    public bool IsOn => _randAugment.IsOn || _erasing.IsOn || _mixing.IsOn;

    /// <summary>Whether images carry the classes of two.</summary>
    public bool Mixes => _mixing.IsOn;

    /// <param name="step">Of training, from 0.</param>
    /// <param name="indices">[B], places in the training set.</param>
    /// <param name="sources">[B, C, H, W], the images of the indices.</param>
    /// <param name="jitter">[B, 3]: dx, dy and 1 to mirror, as for
    /// <see cref="Compute.Devices.Device.LoadImages"/>.</param>
    /// <param name="pixels">[B, C, H, W], written.</param>
    /// <param name="others">[B], written: the class of what was mixed in.</param>
    /// <param name="shares">[B], written: what of the target is the image's own class.</param>
    public void Prepare(
        uint step,
        ReadOnlySpan<int> indices,
        ReadOnlySpan<byte> sources,
        ReadOnlySpan<int> jitter,
        Span<byte> pixels,
        Span<int> others,
        Span<float> shares)
    {
        int b = indices.Length, size = _data.ImageBytes;
        for (int i = 0; i < b; i++)
        {
            var image = pixels.Slice(i * size, size);
            Crop(sources.Slice(i * size, size), jitter.Slice(3 * i, 3), image);
            var random = new AugmentRandom(_seed, RandomStream.ImageAugmentation, step, i);
            if (_randAugment.IsOn) _randAugment.Apply(ref random, image);
            if (_erasing.IsOn) _erasing.Apply(ref random, image, _data.Channels, _data.Height, _data.Width);
            others[i] = _data.Labels[indices[b - 1 - i]];
        }

        if (_mixing.IsOn) _mixing.Mix(step, pixels, _data.Channels, _data.Height, _data.Width, shares);
        else shares.Fill(1);
    }

    // The same pixels as LoadImages: output (y, x) shows input (y + dy, x' + dx), black where that lies outside.
    private void Crop(ReadOnlySpan<byte> source, ReadOnlySpan<int> jitter, Span<byte> target)
    {
        int height = _data.Height, width = _data.Width;
        for (int row = 0; row < _data.Channels * height; row++)
        {
            int y = (row % height) + jitter[1], line = (row - (row % height) + y) * width;
            for (int x = 0; x < width; x++)
            {
                int from = (jitter[2] != 0 ? width - 1 - x : x) + jitter[0];
                bool inside = (uint)y < (uint)height && (uint)from < (uint)width;
                target[(row * width) + x] = inside ? source[line + from] : (byte)0;
            }
        }
    }
}
