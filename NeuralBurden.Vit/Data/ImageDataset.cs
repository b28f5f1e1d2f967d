using NeuralBurden.Vit.Data.Storage;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Labelled 8-bit images of one size; immutable. Their pixels lie in memory, in a mapped file, or in pictures that are
/// decoded when they are read. An image is [C, H, W], row by row, and normalises as (p / 255 - Mean[c]) / Std[c].
/// </summary>
public sealed class ImageDataset
{
    private readonly PixelStore _store;
    private readonly ReadOnlyMemory<ushort> _labels;
    // Numbers of the images in the store; null where they are the same.
    private readonly int[]? _places;
    private readonly Lazy<string> _digest;

    /// <summary>A set in memory.</summary>
    /// <param name="pixels">[N, C, H, W].</param>
    /// <param name="labels">[N], each below the number of classes.</param>
    /// <param name="normalizer">
    /// The set whose Mean and Std to take over (a test split takes those of its training split); null
    /// computes them from <paramref name="pixels"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths that do not fit the shape, or a label without a class.
    /// </exception>
    public ImageDataset(string name, int channels, int height, int width, IReadOnlyList<string> classNames,
        ReadOnlyMemory<byte> pixels, ReadOnlyMemory<ushort> labels, ImageDataset? normalizer = null)
        : this(name, (channels, height, width), classNames, new MemoryPixels(pixels), labels)
    {
        if ((Int128)labels.Length * channels * height * width != pixels.Length)
        {
            throw new ArgumentException(
                $"Data set '{name}': {pixels.Length} pixel bytes for {labels.Length} " +
                $"images of {channels}x{height}x{width}.", nameof(pixels));
        }

        _digest = new Lazy<string>(Digest);
        (Mean, Std) = normalizer is null ? Statistics() : (normalizer.Mean, normalizer.Std);
        if (Mean.Count != channels)
        {
            throw new ArgumentException(
                $"Data set '{name}' has {channels} channels, its normalizer {Mean.Count}.",
                nameof(normalizer));
        }
    }

    /// <param name="mean">Per channel, of the training split.</param>
    /// <param name="std">Likewise.</param>
    /// <param name="sha256">As <see cref="Digest"/> would compute it.</param>
    internal ImageDataset(string name, (int Channels, int Height, int Width) extents, IReadOnlyList<string> classNames,
        PixelStore store, ReadOnlyMemory<ushort> labels, IReadOnlyList<float> mean, IReadOnlyList<float> std, string sha256)
        : this(name, extents, classNames, store, labels) => (Mean, Std, _digest) = (mean, std, new Lazy<string>(sha256));

    private ImageDataset(string name, (int Channels, int Height, int Width) extents, IReadOnlyList<string> classNames,
        PixelStore store, ReadOnlyMemory<ushort> labels)
    {
        (Channels, Height, Width) = extents;
        ArgumentOutOfRangeException.ThrowIfLessThan(Channels, 1, "channels");
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1, "height");
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1, "width");
        if ((Int128)Channels * Height * Width > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Data set '{name}': an image of {Channels}x{Height}x{Width} has more than {Array.MaxLength} bytes.");
        }

        if (labels.IsEmpty) throw new ArgumentException($"Data set '{name}' has no images.", nameof(labels));
        int stray = labels.Span.IndexOfAnyExceptInRange((ushort)0, (ushort)(classNames.Count - 1));
        if (classNames.Count is < 1 or > ClassLabels.MostClasses || stray >= 0)
        {
            throw new ArgumentException(
                $"Data set '{name}' has {classNames.Count} classes (allowed: 1 to {ClassLabels.MostClasses})" +
                (stray < 0 ? "." : $", but image {stray} has label {labels.Span[stray]}."), nameof(labels));
        }

        (Name, ClassNames, Whole, _store, _labels) = (name, classNames, this, store, labels);
        (Mean, Std, _digest) = ([], [], new Lazy<string>(""));
    }

    // Images of another set, by their places in its store.
    private ImageDataset(ImageDataset other, int[]? places, ReadOnlyMemory<ushort> labels)
    {
        (Name, Channels, Height, Width, ClassNames) = (other.Name, other.Channels, other.Height, other.Width, other.ClassNames);
        (Mean, Std, Whole, _digest) = (other.Mean, other.Std, other.Whole, other._digest);
        (_store, _labels, _places) = (other._store, labels, places);
    }

    public string Name { get; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int Count => _labels.Length;

    public int ClassCount => ClassNames.Count;

    /// <summary>In the order of the labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>C * H * W.</summary>
    public int ImageBytes => Channels * Height * Width;

    /// <summary>[N], each below <see cref="ClassCount"/>, which is at most 65,536.</summary>
    public ReadOnlySpan<ushort> Labels => _labels.Span;

    /// <summary>
    /// Per channel, of p / 255 over the whole training split, whatever <see cref="Take"/> has cut off.
    /// </summary>
    public IReadOnlyList<float> Mean { get; private init; }

    /// <summary>Per channel, beside <see cref="Mean"/>; 1 for a channel that never varies.</summary>
    public IReadOnlyList<float> Std { get; private init; }

    /// <summary>The set that this one is a part of; itself where nothing was cut.</summary>
    public ImageDataset Whole { get; }

    /// <summary>
    /// SHA-256 of the content of <see cref="Whole"/>: the line <c>N C H W classes</c>, then pixels and labels (of one byte,
    /// of two little-endian where there are more than 256 classes); lower-case hexadecimal digits. An imported set has it
    /// in its file; of images in memory it is computed at the first call, for MNIST in some 0.1 s.
    /// </summary>
    public string Sha256 => _digest.Value;

    /// <summary>Threads that are worth reading a batch with; 0 where pixels lie in memory.</summary>
    internal int Workers => _store.Workers;

    /// <summary>Writes [C, H, W] of one image; from any number of threads.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="pixels"><see cref="ImageBytes"/> long.</param>
    /// <exception cref="Exception">The image is not what it was at import; names the file.</exception>
    public void Read(int index, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (pixels.Length != ImageBytes)
            throw new ArgumentException($"room for {pixels.Length} bytes; an image has {ImageBytes}", nameof(pixels));
        _store.Read(_places is null ? index : _places[index], pixels);
    }

    /// <summary>[C, H, W] of one image, a copy.</summary>
    public byte[] Image(int index)
    {
        byte[] pixels = new byte[ImageBytes];
        Read(index, pixels);
        return pixels;
    }

    /// <summary>
    /// The first <paramref name="count"/> images, sharing pixels; Mean and Std stay those of the whole.
    /// </summary>
    public ImageDataset Take(int count)
    {
        if (count < 1 || count > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"Data set '{Name}' can give 1 to {Count} images.");
        }

        return count == Count ? this : new ImageDataset(this, _places?[..count], _labels[..count]);
    }

    /// <summary>The same images, sharing pixels, to be normalised by another mean and deviation per channel.</summary>
    public ImageDataset Normalized(IReadOnlyList<float> mean, IReadOnlyList<float> std) =>
        new(this, _places, _labels) { Mean = mean, Std = std };

    /// <summary>
    /// Holds out <paramref name="count"/> images, evenly spaced over the set, so that a set sorted by class gives some
    /// of each; both parts keep the order, Mean and Std, and share the pixels.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing, or everything, would be held out.</exception>
    public (ImageDataset Kept, ImageDataset HeldOut) HoldOut(int count)
    {
        if (count < 1 || count >= Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Of data set '{Name}' 1 to {Count - 1} images can be held out.");
        }

        bool[] heldOut = new bool[Count];
        for (long i = 0; i < count; i++) heldOut[((2 * i) + 1) * Count / (2L * count)] = true;
        return (Part(i => !heldOut[i]), Part(i => heldOut[i]));
    }

    /// <summary>What <see cref="Sha256"/> must be, computed from all images and labels of this set.</summary>
    internal string Digest()
    {
        using var digest = new ContentDigest(Count, Channels, Height, Width, ClassCount);
        ForEachImage(digest.Add);
        return digest.Finish(Labels);
    }

    private ImageDataset Part(Predicate<int> takes)
    {
        int[] indices = [.. Enumerable.Range(0, Count).Where(i => takes(i))];
        ushort[] labels = new ushort[indices.Length];
        for (int i = 0; i < labels.Length; i++) labels[i] = Labels[indices[i]];
        int[] places = _places is null ? indices : [.. indices.Select(i => _places[i])];
        return new ImageDataset(this, places, labels);
    }

    private (float[] Mean, float[] Std) Statistics()
    {
        var statistics = new ChannelStatistics(Channels);
        ForEachImage(statistics.Add);
        return (statistics.Mean, statistics.Std);
    }

    private void ForEachImage(Action<ReadOnlySpan<byte>> action)
    {
        byte[] pixels = new byte[ImageBytes];
        for (int i = 0; i < Count; i++)
        {
            Read(i, pixels);
            action(pixels);
        }
    }
}
