using System.Security.Cryptography;
using System.Text;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Labelled 8-bit images of one size, in host memory; immutable. Pixels lie as [N, C, H, W], row by row, and
/// normalise as (p / 255 - Mean[c]) / Std[c].
/// </summary>
public sealed class ImageDataset
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly Lazy<string> _digest;

    /// <param name="normalizer">
    /// The set whose Mean and Std to take over (a test split takes those of its training split); null
    /// computes them from <paramref name="pixels"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths that do not fit the shape, or a label without a class.
    /// </exception>
    public ImageDataset(string name, int channels, int height, int width, IReadOnlyList<string> classNames,
        ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, ImageDataset? normalizer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (labels.IsEmpty)
        {
            throw new ArgumentException($"Data set '{name}' has no images.", nameof(labels));
        }

        if (pixels.Length != (long)labels.Length * channels * height * width)
        {
            throw new ArgumentException(
                $"Data set '{name}': {pixels.Length} pixel bytes for {labels.Length} " +
                $"images of {channels}x{height}x{width}.", nameof(pixels));
        }

        int stray = labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (classNames.Count is < 1 or > 256 || stray >= 0)
        {
            throw new ArgumentException(
                $"Data set '{name}' has {classNames.Count} classes (allowed: 1 to 256)" +
                (stray < 0 ? "." : $", but image {stray} has label {labels.Span[stray]}."), nameof(labels));
        }

        (Name, Channels, Height, Width, ClassNames) = (name, channels, height, width, classNames);
        (_pixels, _labels) = (pixels, labels);
        (_digest, Whole) = (new Lazy<string>(Digest), this);
        (Mean, Std) = normalizer is null ? ChannelStatistics() : (normalizer.Mean, normalizer.Std);
        if (Mean.Count != channels)
        {
            throw new ArgumentException(
                $"Data set '{name}' has {channels} channels, its normalizer {Mean.Count}.",
                nameof(normalizer));
        }
    }

    private ImageDataset(ImageDataset whole, int count, IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        (Name, Channels, Height, Width, ClassNames) =
            (whole.Name, whole.Channels, whole.Height, whole.Width, whole.ClassNames);
        (Mean, Std) = (mean, std);
        (_digest, Whole) = (whole._digest, whole.Whole);
        _pixels = whole._pixels[..(count * whole.ImageBytes)];
        _labels = whole._labels[..count];
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

    /// <summary>[N, C, H, W].</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.Span;

    /// <summary>[N], each below <see cref="ClassCount"/>.</summary>
    public ReadOnlySpan<byte> Labels => _labels.Span;

    /// <summary>
    /// Per channel, of p / 255 over the whole training split, whatever <see cref="Take"/> has cut off.
    /// </summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Per channel, beside <see cref="Mean"/>; 1 for a channel that never varies.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>The set that <see cref="Take"/> cut this one from; itself where nothing was cut.</summary>
    public ImageDataset Whole { get; }

    /// <summary>
    /// SHA-256 of the content of <see cref="Whole"/>: the line <c>N C H W classes</c>, then pixels and labels; lower-case
    /// hexadecimal digits. Computed at the first call, for MNIST in some 0.1 s.
    /// </summary>
    public string Sha256 => _digest.Value;

    /// <summary>[C, H, W] of one image.</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.Slice(index * ImageBytes, ImageBytes);

    /// <summary>
    /// The first <paramref name="count"/> images, sharing memory; Mean and Std stay those of the whole.
    /// </summary>
    public ImageDataset Take(int count)
    {
        if (count < 1 || count > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"Data set '{Name}' can give 1 to {Count} images.");
        }

        return count == Count ? this : new ImageDataset(this, count, Mean, Std);
    }

    /// <summary>The same images, sharing memory, to be normalised by another mean and deviation per channel.</summary>
    public ImageDataset Normalized(IReadOnlyList<float> mean, IReadOnlyList<float> std) => new(this, Count, mean, std);

    /// <summary>
    /// Holds out <paramref name="count"/> images, evenly spaced over the set, so that a set sorted by class gives some
    /// of each; both parts keep the order, Mean and Std.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing, or everything, would be held out.</exception>
    public (ImageDataset Kept, ImageDataset HeldOut) HoldOut(int count)
    {
        if (count < 1 || count >= Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Of data set '{Name}' 1 to {Count - 1} images can be held out.");
        }

        var heldOut = new bool[Count];
        for (long i = 0; i < count; i++) heldOut[((2 * i) + 1) * Count / (2L * count)] = true;
        return (Part(i => !heldOut[i], Count - count), Part(i => heldOut[i], count));
    }

    private ImageDataset Part(Func<int, bool> takes, int count)
    {
        var (pixels, labels) = (new byte[(long)count * ImageBytes], new byte[count]);
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!takes(i)) continue;
            Image(i).CopyTo(pixels.AsSpan(at * ImageBytes));
            labels[at++] = Labels[i];
        }

        return new ImageDataset(Name, Channels, Height, Width, ClassNames, pixels, labels, normalizer: this);
    }

    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(
            FormattableString.Invariant($"{Count} {Channels} {Height} {Width} {ClassCount}\n")));
        hash.AppendData(Pixels);
        hash.AppendData(Labels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Sums of bytes and of their squares are exact in 64-bit integers, so the result depends on no order of
    // summation.
    private (float[] Mean, float[] Std) ChannelStatistics()
    {
        var (mean, std) = (new float[Channels], new float[Channels]);
        int plane = Height * Width;
        double n = (double)Count * plane;
        for (int c = 0; c < Channels; c++)
        {
            long sum = 0, squares = 0;
            for (int i = 0; i < Count; i++)
            {
                foreach (byte p in Pixels.Slice((i * Channels + c) * plane, plane))
                {
                    sum += p;
                    squares += p * p;
                }
            }

            double average = sum / n, variance = squares / n - average * average;
            mean[c] = (float)(average / 255);
            std[c] = variance > 0 ? (float)(Math.Sqrt(variance) / 255) : 1;
        }

        return (mean, std);
    }
}
