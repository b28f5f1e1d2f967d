using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Imaging;

/// <summary>Whether a BMP file is whole: its rows, which are not packed, lie within the file.</summary>
internal static class BmpStructure
{
    private const int OldHeaderBytes = 12, Plain = 0, BitFields = 3, AlphaBitFields = 6;

    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        var cursor = new ByteCursor(file, name);
        cursor.Take(10, "header");
        long offset = cursor.LittleEndian32("offset of the pixels");
        uint header = cursor.LittleEndian32("header");
        bool isOld = header == OldHeaderBytes;
        long width = isOld ? cursor.LittleEndian16("width") : (int)cursor.LittleEndian32("width");
        long height = isOld ? cursor.LittleEndian16("height") : Math.Abs((long)(int)cursor.LittleEndian32("height"));
        cursor.LittleEndian16("planes");
        int bits = cursor.LittleEndian16("bits of a pixel");
        uint packing = isOld ? Plain : cursor.LittleEndian32("compression");
        if (packing is not (Plain or BitFields or AlphaBitFields))
            throw new DataFormatException(name, "compression", $"{packing}; allowed: 0, 3, 6 (not packed).");
        if (width is < 1 or > RasterImage.MostPixelsPerSide || height is < 1 or > RasterImage.MostPixelsPerSide)
        {
            throw new DataFormatException(
                name, "size", $"{width}x{height}; allowed: sides of 1 to {RasterImage.MostPixelsPerSide}.");
        }

        long needed = offset + (((width * bits) + 31) / 32 * 4 * height);
        if (file.Length < needed)
            throw new DataFormatException(name, "pixels", $"the file has {file.Length} of {needed} bytes: it is cut short.");
    }
}
