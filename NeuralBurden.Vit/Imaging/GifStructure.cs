namespace NeuralBurden.Vit.Imaging;

/// <summary>Whether a GIF file (89a) is whole: all blocks up to the trailer, one frame, and a code for each pixel.</summary>
internal static class GifStructure
{
    private const int HeaderBytes = 6, ExtensionBlock = 0x21, ImageBlock = 0x2C, Trailer = 0x3B;

    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        var cursor = new ByteCursor(file, name);
        cursor.Take(HeaderBytes + 4, "header");
        int flags = cursor.Byte("screen");
        cursor.Take(2, "screen");
        SkipColours(ref cursor, flags);
        int frames = 0;
        while (true)
        {
            byte block = cursor.Byte("block");
            if (block == Trailer) break;
            if (block == ExtensionBlock)
            {
                cursor.Take(1, "extension");
                SubBlocks(ref cursor, null);
            }
            else if (block == ImageBlock)
            {
                if (++frames > 1) throw cursor.Error("frames", "an animation; allowed: 1 frame.");
                CheckImage(ref cursor);
            }
            else
            {
                throw cursor.Error("block", $"{block} at byte {cursor.Position - 1}; the file is damaged.");
            }
        }

        if (frames == 0) throw cursor.Error("frames", "none; allowed: 1 frame.");
    }

    private static void CheckImage(ref ByteCursor cursor)
    {
        cursor.Take(4, "frame");
        int width = cursor.LittleEndian16("frame"), height = cursor.LittleEndian16("frame");
        SkipColours(ref cursor, cursor.Byte("frame"));
        int codeBits = cursor.Byte("code size");
        if (codeBits is < 1 or > 8) throw cursor.Error("code size", $"{codeBits}; allowed: 1 to 8.");
        var codes = new MemoryStream();
        SubBlocks(ref cursor, codes);
        long pixels = PixelsOf(codes.GetBuffer().AsSpan(0, (int)codes.Length), codeBits), wanted = (long)width * height;
        if (pixels < wanted)
            throw cursor.Error("pixels", $"{Math.Max(pixels, 0)} of {wanted}: the packed data is damaged or ends too early.");
    }

    private static void SkipColours(ref ByteCursor cursor, int flags)
    {
        if ((flags & 0x80) != 0) cursor.Take(3 << ((flags & 7) + 1), "colour table");
    }

    private static void SubBlocks(ref ByteCursor cursor, MemoryStream? content)
    {
        for (int length = cursor.Byte("data"); length > 0; length = cursor.Byte("data"))
        {
            var part = cursor.Take(length, "data");
            content?.Write(part);
        }
    }

    /// <summary>How many pixels the LZW codes stand for; -1 where one of them means nothing.</summary>
    private static long PixelsOf(ReadOnlySpan<byte> codes, int codeBits)
    {
        const int mostCodes = 4096;
        int clear = 1 << codeBits, end = clear + 1, next = clear + 2, size = codeBits + 1, previous = -1, bit = 0;
        int[] lengths = new int[mostCodes];
        Array.Fill(lengths, 1, 0, clear);
        long pixels = 0;
        for (; bit + size <= codes.Length * 8; bit += size)
        {
            // The size of this code; the one of the next may differ.
            int code = 0, taken = size;
            for (int i = 0; i < taken; i++) code |= ((codes[(bit + i) >> 3] >> ((bit + i) & 7)) & 1) << i;
            if (code == end) return pixels;
            if (code == clear)
            {
                (next, previous) = (end + 1, -1);
                bit += taken - (codeBits + 1);
                size = codeBits + 1;
                continue;
            }

            if (code > next || (code == next && previous < 0)) return -1;
            if (previous >= 0 && next < mostCodes) lengths[next++] = lengths[previous] + 1;
            else if (code >= next) return -1;
            pixels += lengths[code];
            previous = code;
            if (next != 1 << size || size == 12) continue;
            bit--; // the loop adds the new size for a code of the old one
            size++;
        }

        return pixels;
    }
}
