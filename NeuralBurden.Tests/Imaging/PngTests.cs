using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Imaging;
using Xunit;

namespace NeuralBurden.Tests.Imaging;

public sealed class PngTests
{
    // Written by Python's zlib and crc32: 3x2 RGB; red, green, blue; black, grey 128, white.
    private const string ForeignImage =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR42mP4z8DAAMaMQKKhoaG+vh4AN2sF/OZG" +
        "SqsAAAAASUVORK5CYII=";

    [Fact]
    public void An_image_of_another_program_is_read()
    {
        var image = PngReader.Decode(Convert.FromBase64String(ForeignImage), "image");

        Assert.Equal((3, 2, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 128, 128, 128, 255, 255, 255], image.Pixels);
    }

    [Fact]
    public void Every_image_survives_writing_and_reading()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Images(), image =>
        {
            var again = PngReader.Decode(PngWriter.Encode(image), "image");
            return (again.Width, again.Height, again.Channels) ==
                (image.Width, image.Height, image.Channels) &&
                again.Pixels.AsSpan().SequenceEqual(image.Pixels);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_filter_type_is_undone(int filter)
    {
        // 2x2 grey; filtered bytes 10 20 / 30 40, worked out by hand from the specification.
        byte[][] expected = [[10, 20, 30, 40], [10, 30, 30, 70], [10, 20, 40, 60], [10, 25, 35, 70],
            [10, 30, 40, 80]];
        var file = Build(2, 2, 0, [(byte)filter, 10, 20, (byte)filter, 30, 40]);

        Assert.Equal(expected[filter], PngReader.Decode(file, "image").Pixels);
    }

    [Theory]
    [InlineData(10, 20, 20, 10)]
    [InlineData(10, 20, 10, 20)]
    [InlineData(10, 20, 15, 15)]
    [InlineData(10, 10, 10, 10)]
    [InlineData(20, 24, 16, 24)]
    [InlineData(20, 22, 18, 22)]
    [InlineData(5, 11, 8, 8)]
    public void The_paeth_predictor_takes_the_nearest_neighbour(int left, int above, int corner,
        int predicted)
    {
        // A zero difference leaves the prediction itself; the first byte of the row predicts from the one
        // above it.
        byte[] rows = [0, (byte)corner, (byte)above, 4, (byte)(left - corner), 0];

        Assert.Equal(predicted, PngReader.Decode(Build(2, 2, 0, rows), "image").Pixels[3]);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = PngWriter.Encode(Noise(9, 7, 3));

        Assert.All(Enumerable.Range(0, file.Length),
            length => Assert.Throws<DataFormatException>(
                () => PngReader.Decode(file.AsSpan(0, length), "image")));
        Assert.Throws<DataFormatException>(() => PngReader.Decode([.. file, 0], "image"));
    }

    [Fact]
    public void Every_changed_byte_is_refused()
    {
        byte[] file = PngWriter.Encode(Noise(6, 5, 4));

        Assert.All(Enumerable.Range(0, file.Length), at =>
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x41;
            Assert.Throws<DataFormatException>(() => PngReader.Decode(damaged, "image"));
        });
    }

    [Theory]
    [InlineData("width", 0, 1, 8, 0, 0)]
    [InlineData("width", 16385, 1, 8, 0, 0)]
    [InlineData("height", 1, -1, 8, 0, 0)]
    [InlineData("bit depth", 1, 1, 16, 0, 0)]
    [InlineData("colour type", 1, 1, 8, 3, 0)]
    [InlineData("interlace", 1, 1, 8, 0, 1)]
    public void A_header_field_out_of_range_is_named(string field, int width, int height, int depth,
        int type, int lace)
    {
        var error = Assert.Throws<DataFormatException>(
            () => PngReader.Decode(Build(width, height, type, [0, 0], depth, lace), "a.png"));

        Assert.Equal(field, error.Field);
        Assert.Contains("allowed:", error.Message);
        Assert.StartsWith("a.png", error.Message);
    }

    [Fact]
    public void A_header_that_promises_too_much_costs_no_memory()
    {
        byte[] file = Build(16384, 16384, 6, new byte[100]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DataFormatException>(() => PngReader.Decode(file, "image"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 0, 2, 0 }, "IDAT")]
    [InlineData(new byte[] { 0, 1, 5, 2 }, "filter of row 1")]
    [InlineData(new byte[] { 0, 1, 0 }, "IDAT")]
    [InlineData(new byte[] { 0, 1 }, "filter of row 1")]
    public void Pixel_data_of_another_length_or_filter_is_refused(byte[] rows, string field)
    {
        Assert.Equal(field, Assert.Throws<DataFormatException>(
            () => PngReader.Decode(Build(1, 2, 0, rows), "image")).Field);
    }

    [Fact]
    public void Writing_replaces_the_file_and_leaves_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("nb-png-");
        try
        {
            string path = Path.Combine(folder.FullName, "a.png");
            File.WriteAllText(path, "old");

            PngWriter.Write(path, Noise(4, 4, 1));

            Assert.Equal(Noise(4, 4, 1).Pixels, PngReader.Read(path).Pixels);
            Assert.Single(folder.EnumerateFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_contact_sheet_has_a_row_for_each_class()
    {
        var set = new ImageDataset("t", 1, 1, 1, ["a", "b"], new byte[] { 1, 2, 3 }, new byte[] { 1, 0, 1 });

        var sheet = ContactSheet.ByClass(set, columns: 2, scale: 1);

        Assert.Equal((8, 8, 1), (sheet.Width, sheet.Height, sheet.Channels));
        byte gap = sheet.Pixels[0];
        Assert.Equal([2, gap, gap, gap], sheet.Pixels.AsSpan(2 * 8 + 2, 4).ToArray());
        Assert.Equal([1, gap, gap, 3], sheet.Pixels.AsSpan(5 * 8 + 2, 4).ToArray());
    }

    private static PngImage Noise(int width, int height, int channels) =>
        new(width, height, channels,
            [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * i * 31 >> 2))]);

    private static Arbitrary<PngImage> Images()
    {
        var gen = from width in Gen.Choose(1, 20)
                  from height in Gen.Choose(1, 20)
                  from channels in Gen.Elements(1, 3, 4)
                  from smooth in Gen.Elements(true, false)
                  from bytes in ArbMap.Default.GeneratorFor<byte>().ArrayOf(width * height * channels)
                  select new PngImage(width, height, channels, smooth ? Ramp(bytes) : bytes);
        return Arb.From(gen, Smaller);

        static byte[] Ramp(byte[] bytes) => [.. bytes.Select((b, i) => (byte)(i * 3 + (b & 1)))];

        static IEnumerable<PngImage> Smaller(PngImage image)
        {
            if (image.Height > 1)
            {
                yield return new PngImage(image.Width, 1, image.Channels,
                    image.Pixels[..(image.Width * image.Channels)]);
            }

            if (image.Width > 1)
            {
                yield return new PngImage(1, image.Height, image.Channels,
                    image.Pixels[..(image.Height * image.Channels)]);
            }
        }
    }

    /// <summary>A file with correct checksums around whatever the header and the rows say.</summary>
    private static byte[] Build(int width, int height, int type, byte[] rows, int depth = 8, int lace = 0)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(
            packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        var header = new byte[13];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)type, (byte)lace);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("tEXt", [1, 0, 2]),
            .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var word = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(word.AsSpan(4), SlowCrc(body));
        return [.. word[..4], .. body, .. word[4..]];
    }

    // Bit by bit, an oracle for the tables.
    private static uint SlowCrc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
