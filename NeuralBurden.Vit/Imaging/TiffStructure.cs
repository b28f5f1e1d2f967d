using System.Buffers.Binary;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Whether a TIFF file (6.0) is whole: the directory and every strip or tile lie within the file, one page, and unpacked
/// pixels are as many as the size asks for. Packed strips that hold too little are not noticed.
/// </summary>
internal static class TiffStructure
{
    private const int Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, StripOffsets = 273, Samples = 277,
        StripBytes = 279, TileOffsets = 324, TileBytes = 325, NotPacked = 1, EntryBytes = 12;

    // By type: byte, text, short, long, rational; then the signed ones, unknown bytes, float and double.
    private static readonly int[] SizeOfType = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 8) throw new DataFormatException(name, "header", "the file is cut short.");
        bool little = file[0] == 'I';
        long directory = Number(file, 4, 4, little, name);
        long count = Number(file, directory, 2, little, name), end = directory + 2 + (count * EntryBytes);
        if (Number(file, end, 4, little, name) != 0) throw new DataFormatException(name, "pages", "several; allowed: 1.");
        var values = new Dictionary<int, long[]>();
        for (long at = directory + 2; at < end; at += EntryBytes)
        {
            int tag = (int)Number(file, at, 2, little, name);
            var (place, size, number) = ValueOf(file, at, little, name);
            if (tag is Width or Height or BitsPerSample or Compression or StripOffsets or Samples or StripBytes
                or TileOffsets or TileBytes)
            {
                values[tag] = new long[number];
                for (int i = 0; i < number; i++)
                    values[tag][i] = Number(file, place + ((long)i * size), Math.Min(size, 4), little, name);
            }
        }

        long[] Of(int tag, params long[] otherwise) => values.TryGetValue(tag, out long[]? found) ? found : otherwise;
        long[] offsets = Of(StripOffsets, Of(TileOffsets)), lengths = Of(StripBytes, Of(TileBytes));
        if (offsets.Length == 0 || offsets.Length != lengths.Length)
            throw new DataFormatException(name, "strips", $"{offsets.Length} places and {lengths.Length} lengths.");
        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] + lengths[i] > file.Length)
            {
                throw new DataFormatException(
                    name, $"strip {i}", $"ends at byte {offsets[i] + lengths[i]} of {file.Length}: the file is cut short.");
            }
        }

        if (Of(Compression, NotPacked)[0] != NotPacked || values.ContainsKey(TileOffsets)) return;
        long samples = Of(Samples, 1)[0], bits = Of(BitsPerSample, 1)[0] * samples;
        long needed = ((Of(Width, 0)[0] * bits) + 7) / 8 * Of(Height, 0)[0];
        if (lengths.Sum() < needed)
            throw new DataFormatException(name, "pixels", $"{lengths.Sum()} of {needed} bytes: the file is cut short.");
    }

    private static (long Place, int Size, int Count) ValueOf(ReadOnlySpan<byte> file, long entry, bool little, string name)
    {
        long type = Number(file, entry + 2, 2, little, name), count = Number(file, entry + 4, 4, little, name);
        int size = type < SizeOfType.Length ? SizeOfType[type] : 1;
        long place = count * size <= 4 ? entry + 8 : Number(file, entry + 8, 4, little, name);
        return place + (count * size) <= file.Length
            ? (place, size, (int)count)
            : throw new DataFormatException(name, "directory", "an entry exceeds the file, which is cut short or damaged.");
    }

    private static long Number(ReadOnlySpan<byte> file, long at, int size, bool little, string name)
    {
        if (at + size > file.Length)
            throw new DataFormatException(name, "directory", $"byte {at} of {file.Length}: the file is cut short.");
        var bytes = file.Slice((int)at, size);
        return size switch
        {
            1 => bytes[0],
            2 => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }
}
