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
        stream.Write(Header(ordered, metadata));
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
            if (!names.Add(tensor.Name))
                throw new ArgumentException(
                    $"tensor name '{tensor.Name}' is used twice or reserved", nameof(tensors));
        return ordered;
    }

    private static ReadOnlySpan<byte> Header(
        NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        const int lengthBytes = sizeof(ulong);
        var buffer = new ArrayBufferWriter<byte>(256 + 128 * tensors.Length);
        buffer.Advance(lengthBytes); // the length is known once the JSON is
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                WriteTensor(json, tensor, offset);
                offset += tensor.Data.Length;
            }
            json.WriteEndObject();
        }
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
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

    private static void WriteTensor(Utf8JsonWriter json, NamedTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype.HeaderName());
        json.WriteStartArray("shape");
        foreach (int extent in tensor.Shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
