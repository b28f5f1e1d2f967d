using System.Security.Cryptography;
using System.Text;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// SHA-256 of a split: the ASCII line <c>N C H W classes</c> and a line feed, then the pixels of all images and their
/// labels as <see cref="ClassLabels"/> writes them.
/// </summary>
internal sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int _classes;

    public ContentDigest(int count, int channels, int height, int width, int classes)
    {
        _classes = classes;
        _hash.AppendData(Encoding.ASCII.GetBytes(
            FormattableString.Invariant($"{count} {channels} {height} {width} {classes}\n")));
    }

    /// <summary>The next image.</summary>
    public void Add(ReadOnlySpan<byte> image) => _hash.AppendData(image);

    /// <summary>Lower-case hexadecimal digits; nothing can be added afterwards.</summary>
    public string Finish(ReadOnlySpan<ushort> labels)
    {
        _hash.AppendData(ClassLabels.ToBytes(labels, _classes));
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();
}
