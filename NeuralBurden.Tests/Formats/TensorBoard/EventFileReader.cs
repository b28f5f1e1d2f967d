using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace NeuralBurden.Tests.Formats.TensorBoard;

/// <summary>
/// An independent reader of event files: a bit-by-bit CRC-32C, and Google's protobuf reader. A message is a lookup
/// of field numbers to raw values: varints and fixed 64-bit as ulong, fixed 32-bit as uint, the rest as
/// byte[].
/// </summary>
internal static class EventFileReader
{
    public static IReadOnlyList<ILookup<int, object>> Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var events = new List<ILookup<int, object>>();
        while (!file.IsEmpty)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            RequireCrc(file[..8], file[8..]);
            RequireCrc(file.Slice(12, length), file[(12 + length)..]);
            events.Add(Message(file.Slice(12, length)));
            file = file[(12 + length + 4)..];
        }
        return events;
    }

    public static ILookup<int, object> Message(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<(int Field, object Value)>();
        var input = new CodedInputStream(bytes.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        return fields.ToLookup(f => f.Field, f => f.Value);
    }

    public static ILookup<int, object> Message(this ILookup<int, object> message, int field) =>
        Message((byte[])message[field].Single());

    public static string Text(this ILookup<int, object> message, int field) =>
        Encoding.UTF8.GetString((byte[])message[field].Single());

    public static long Integer(this ILookup<int, object> message, int field) =>
        (long)(ulong)message[field].Single();

    public static double Double(this ILookup<int, object> message, int field) =>
        BitConverter.UInt64BitsToDouble((ulong)message[field].Single());

    public static float Float(this ILookup<int, object> message, int field) =>
        BitConverter.UInt32BitsToSingle((uint)message[field].Single());

    public static double[] Doubles(this ILookup<int, object> message, int field) =>
        [.. ((byte[])message[field].Single()).Chunk(8).Select(chunk => BitConverter.ToDouble(chunk))];

    private static void RequireCrc(ReadOnlySpan<byte> data, ReadOnlySpan<byte> stored)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }
        crc = ~crc;
        uint masked = unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
        if (masked != BinaryPrimitives.ReadUInt32LittleEndian(stored))
            throw new InvalidDataException("CRC differs");
    }
}
