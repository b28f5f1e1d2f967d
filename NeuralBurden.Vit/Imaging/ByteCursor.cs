using System.Buffers.Binary;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Imaging;

/// <summary>A place in the bytes of an image file; whoever reads past the end is told that the file is cut.</summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> file, string name)
{
    private readonly ReadOnlySpan<byte> _file = file;

    public int Position { get; private set; }

    public readonly int Left => _file.Length - Position;

    public ReadOnlySpan<byte> Take(long count, string field)
    {
        if (count > Left) throw Error(field, $"needs {count} bytes, but only {Left} are left: the file is cut short.");
        var taken = _file.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte(string field) => Take(1, field)[0];

    public uint BigEndian32(string field) => BinaryPrimitives.ReadUInt32BigEndian(Take(4, field));

    public uint LittleEndian32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, field));

    public ushort LittleEndian16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, field));

    public readonly DataFormatException Error(string field, string problem) => new(name, field, problem);
}
