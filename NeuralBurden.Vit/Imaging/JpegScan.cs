using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Decodes a JPEG file that is whole. Its pixels have no checksum, and the decoder takes what is missing for black. So the
/// markers must lead to the end of the image; pixels may not depend on bytes put in place of that end, or the scan was too
/// short; and they must depend on the scan's last bytes, or it was too long. Damage that leaves a scan of the right length
/// goes unnoticed.
/// </summary>
internal static class JpegScan
{
    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9, Mark = 0xFF;
    private const int Padding = 1024, Tail = 16;

    // Each bit of one is the opposite of the other's.
    private static readonly byte[] Fillers = [0x55, 0xAA];

    public static RasterImage Decode(byte[] file, string name, Func<byte[], RasterImage> decode)
    {
        var (scan, end) = FindLastScan(file, name);
        var image = decode(Filled(file, end, Fillers[0]));
        if (!Same(image, decode(Filled(file, end, Fillers[1]))))
            throw new DataFormatException(name, "scan", "ends before the image does: the file is cut short or damaged.");
        if (end - scan > 2 * Tail && Fillers.All(filler => Same(image, decode(Filled(file, end - Tail, filler)))))
            throw new DataFormatException(name, "scan", "goes on when the image is complete: the file is damaged.");
        return image;
    }

    private static bool Same(RasterImage a, RasterImage b) =>
        a.Channels == b.Channels && a.Pixels.AsSpan().SequenceEqual(b.Pixels);

    private static byte[] Filled(byte[] file, int end, byte filler)
    {
        // A marker may not be torn apart.
        while (file[end - 1] == Mark) end--;
        return [.. file.AsSpan(0, end), .. Enumerable.Repeat(filler, Padding), Mark, EndOfImage];
    }

    /// <summary>Where the data of the last scan begins, and where the marker of the end lies.</summary>
    private static (int Scan, int End) FindLastScan(ReadOnlySpan<byte> file, string name)
    {
        var cursor = new ByteCursor(file, name);
        cursor.Take(2, "start");
        int scan = 0;
        while (true)
        {
            int place = cursor.Position;
            if (cursor.Byte("marker") != Mark) throw cursor.Error("marker", $"none at byte {place}; the file is damaged.");
            byte marker = cursor.Byte("marker");
            while (marker == Mark) marker = cursor.Byte("marker");
            if (marker == EndOfImage)
                return scan > 0 ? (scan, place) : throw cursor.Error("scan", "no pixels: the file is damaged.");
            var length = cursor.Take(2, "segment");
            cursor.Take(Math.Max(0, (length[0] << 8) + length[1] - 2), "segment");
            if (marker != StartOfScan) continue;
            scan = cursor.Position;
            SkipScan(ref cursor, file);
        }
    }

    // Up to the next marker that is neither a stuffed zero nor a restart.
    private static void SkipScan(ref ByteCursor cursor, ReadOnlySpan<byte> file)
    {
        while (true)
        {
            int place = cursor.Position;
            if (cursor.Left < 2) throw cursor.Error("scan", "does not end: the file is cut short.");
            if (file[place] == Mark && file[place + 1] is not (0 or Mark or (>= 0xD0 and <= 0xD7))) return;
            cursor.Take(file[place] == Mark && file[place + 1] != Mark ? 2 : 1, "scan");
        }
    }
}
