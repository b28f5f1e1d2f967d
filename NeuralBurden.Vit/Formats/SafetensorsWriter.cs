using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// Writes the safetensors format: an 8-byte little-endian header length, a JSON header padded with spaces to
/// a multiple of eight, then the values of all tensors without gaps.
/// </summary>
/// <remarks>
/// The bytes depend on the content alone, never on the order in which tensors or metadata were added: tensors
/// lie by falling element size and then by ordinal name (so every one is aligned to its element), metadata by
/// ordinal key. The Python library lays tensors out the same way. Saving what was loaded gives the same
/// bytes.
/// </remarks>
public static class SafetensorsWriter
{
    private static readonly JsonWriterOptions HeaderOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file through <see cref="AtomicFile"/>: it is there in full or not at
    /// all.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or is the reserved
    /// <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is
    /// intact.</exception>
    public static void Write(
        string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        NamedTensor[] ordered = InFileOrder(tensors);
        AtomicFile.Write(path, stream => Write(stream, ordered, metadata));
    }

    public static void Write(
        Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("safetensors needs a little-endian machine");
        NamedTensor[] ordered = InFileOrder(tensors);
        stream.Write(Header(Infos(ordered), metadata));
        foreach (NamedTensor tensor in ordered)
            stream.Write(tensor.Data);
    }

    private static NamedTensor[] InFileOrder(IEnumerable<NamedTensor> tensors)
    {
        NamedTensor[] ordered = [.. tensors
            .OrderByDescending(t => t.Dtype.Size())
            .ThenBy(t => t.Name, StringComparer.Ordinal)];
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach (NamedTensor tensor in ordered)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException(
                    $"tensor name '{tensor.Name}' is used twice or reserved", nameof(tensors));
            }
        }

        return ordered;
    }

    private static IEnumerable<TensorInfo> Infos(NamedTensor[] tensors)
    {
        long offset = 0;
        foreach (var tensor in tensors)
        {
            yield return new TensorInfo(
                tensor.Name, tensor.Dtype, [.. tensor.Shape.Select(n => (long)n)], offset, tensor.Data.Length);
            offset += tensor.Data.Length;
        }
    }

    /// <summary>The beginning of a file, its length field included.</summary>
    /// <param name="tensors">In the order of the file; offsets count from the end of the header.</param>
    /// <param name="length">Of the result; spaces fill it up. 0: as long as need be.</param>
    internal static ReadOnlySpan<byte> Header(
        IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata, int length = 0)
    {
        const int lengthBytes = sizeof(ulong);
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.Advance(lengthBytes); // the length is known once the JSON is
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            foreach (var tensor in tensors)
                WriteTensor(json, tensor);
            json.WriteEndObject();
        }
        int padding = length == 0 ? -buffer.WrittenCount & 7 : length - buffer.WrittenCount;
        buffer.GetSpan(padding + 1)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        Span<byte> bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - lengthBytes));
        return bytes;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, TensorInfo tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype.HeaderName());
        json.WriteStartArray("shape");
        foreach (long extent in tensor.Shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(tensor.Offset);
        json.WriteNumberValue(tensor.Offset + tensor.ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
