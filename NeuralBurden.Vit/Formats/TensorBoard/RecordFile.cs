using System.Buffers.Binary;
using Google.Protobuf;

namespace NeuralBurden.Vit.Formats.TensorBoard;

/// <summary>
/// TFRecord framing: length (8 bytes, little-endian), masked CRC-32C of the length, data, masked CRC-32C of
/// the data, where <c>masked(c) = rotate_right(c, 15) + 0xA282EAD8</c>. Each record reaches the operating
/// system in one write; a record that fails halfway (full disk) is cut off again, so what the file holds
/// stays readable.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const int HeaderBytes = 12;
    private const int FooterBytes = 4;

    private readonly FileStream _stream;
    private byte[] _record = new byte[512];

    public RecordFile(string path) =>
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Append(IMessage message)
    {
        int size = message.CalculateSize(), length = HeaderBytes + size + FooterBytes;
        if (length > _record.Length) _record = new byte[Math.Max(length, 2 * _record.Length)];
        Span<byte> record = _record.AsSpan(0, length), data = record.Slice(HeaderBytes, size);
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)size);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], MaskedCrc(record[..8]));
        message.WriteTo(data);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^FooterBytes..], MaskedCrc(data));
        long start = _stream.Position;
        try
        {
            _stream.Write(record);
        }
        catch (IOException e)
        {
            _stream.SetLength(start);
            throw new IOException($"cannot write '{_stream.Name}': {e.Message}", e);
        }
    }

    public void Flush() => _stream.Flush(flushToDisk: true);

    public void Dispose() => _stream.Dispose();

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes) =>
        unchecked(uint.RotateRight(Crc32C.Of(bytes), 15) + 0xA282EAD8u);
}
