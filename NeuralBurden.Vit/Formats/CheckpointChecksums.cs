using System.Globalization;
using System.Text;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// CRC-32C of every tensor's bytes (<c>nb.crc32c.NAME</c>) and of the rest (<c>nb.header_crc32c</c>: all
/// other metadata, and every tensor's name, type and shape). Safetensors itself has none, so a flipped bit in
/// a weight would load unnoticed.
/// </summary>
internal static class CheckpointChecksums
{
    public static void Add(
        SortedDictionary<string, string> metadata, IReadOnlyCollection<NamedTensor> tensors)
    {
        foreach (NamedTensor tensor in tensors)
            metadata[CheckpointKeys.TensorCrc + tensor.Name] = Hex(Crc32C.Of(tensor.Data));
        metadata[CheckpointKeys.HeaderCrc] = Hex(OfHeader(metadata, tensors));
    }

    /// <param name="tensors">In ordinal order of their names.</param>
    public static void Verify(
        MetadataReader reader,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyCollection<NamedTensor> tensors)
    {
        foreach (NamedTensor tensor in tensors)
            Require(reader, CheckpointKeys.TensorCrc + tensor.Name, Crc32C.Of(tensor.Data));
        Require(reader, CheckpointKeys.HeaderCrc, OfHeader(metadata, tensors));
    }

    private static void Require(MetadataReader reader, string key, uint actual)
    {
        string stored = reader.Text(key);
        if (stored != Hex(actual))
            throw reader.Error(key, $"is {stored}, but the content's is {Hex(actual)}: the file was altered");
    }

    private static uint OfHeader(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyCollection<NamedTensor> tensors)
    {
        uint crc = 0;
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (key != CheckpointKeys.HeaderCrc)
                crc = Append(Append(crc, key), value);
        }

        foreach (NamedTensor tensor in tensors)
        {
            crc = Append(Append(crc, tensor.Name), tensor.Dtype.HeaderName());
            crc = Append(crc, string.Join(',', tensor.Shape));
        }
        return crc;
    }

    /// <summary>With its length in front, so that no two different lists of texts make the same
    /// bytes.</summary>
    private static uint Append(uint crc, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Crc32C.Append(Crc32C.Append(crc, BitConverter.GetBytes(bytes.Length)), bytes);
    }

    private static string Hex(uint crc) => crc.ToString("x8", CultureInfo.InvariantCulture);
}
