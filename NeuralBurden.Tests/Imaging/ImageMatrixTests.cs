using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;

namespace NeuralBurden.Tests.Imaging;

/// <summary>Every format, colour type and kind of damage by one rule.</summary>
public class ImageMatrixTests
{
    public static TheoryData<string> Forms() => [.. ImageFiles.All.Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_is_read_as_what_it_shows(string form)
    {
        var image = ImageReader.Decode(ImageFiles.All[form], form);

        var (channels, pixels) = ImageFiles.Expected(form);
        Assert.Equal((ImageFiles.Width, ImageFiles.Height, channels), (image.Width, image.Height, image.Channels));
        if (!form.EndsWith('~')) Assert.Equal(pixels, image.Pixels);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_that_is_cut_short_is_refused_and_named(string form)
    {
        byte[] file = ImageFiles.All[form];
        // A TIFF file may end in a byte of padding.
        int whole = form.StartsWith("tiff", StringComparison.Ordinal) ? file.Length - 1 : file.Length;
        for (int length = whole - 1; length >= 0; length -= Math.Max(1, length / 9))
        {
            var error = Assert.Throws<DataFormatException>(() => ImageReader.Decode(file[..length], "a/0.img"));
            Assert.Contains("a/0.img", error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Any_altered_byte_gives_an_image_or_an_error_that_names_the_file(string form)
    {
        byte[] file = ImageFiles.All[form];
        for (int i = 0; i < file.Length; i += 1 + (file.Length / 60))
        {
            byte[] altered = [.. file];
            altered[i] ^= (byte)(1 << (i % 8));
            try
            {
                Assert.NotNull(ImageReader.Decode(altered, "a/0.img"));
                Assert.False(form.StartsWith("png", StringComparison.Ordinal), $"byte {i} has a checksum");
            }
            catch (DataFormatException e)
            {
                Assert.Contains("a/0.img", e.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Pixel_data_that_ends_early_in_a_whole_file_is_refused(string form)
    {
        byte[] file = ImageFiles.All[form];
        byte[]? shortened = form.Split(' ')[0] switch
        {
            "png" => WithLessPacked(file),
            "gif" => WithoutLastSubBlock(file),
            "jpeg" => [.. file[..(file.Length * 2 / 3)], 0xFF, 0xD9],
            _ => null,
        };
        if (shortened is null) return;
        Assert.Throws<DataFormatException>(() => ImageReader.Decode(shortened, form));
    }

    [Theory]
    [InlineData("jpeg grey~")]
    [InlineData("jpeg colour 444~")]
    [InlineData("jpeg colour 420~")]
    public void A_scan_that_is_overwritten_is_refused(string form)
    {
        byte[] file = [.. ImageFiles.All[form]];
        file.AsSpan(file.Length * 3 / 4, 40).Fill(0x55);
        Assert.Throws<DataFormatException>(() => ImageReader.Decode(file, form));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("tiff")]
    public void The_orientation_that_EXIF_tells_is_applied(string format)
    {
        using var picture = ImageFiles.Picture(grey: false, clear: false);
        picture.Metadata.ExifProfile = new ExifProfile();
        picture.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        picture.Frames.RootFrame.Metadata.ExifProfile = picture.Metadata.ExifProfile;
        IImageEncoder encoder = format switch { "jpeg" => new JpegEncoder(), "png" => new PngEncoder(), _ => new TiffEncoder() };

        var image = ImageReader.Decode(ImageFiles.Save(picture, encoder), format);

        Assert.Equal((ImageFiles.Height, ImageFiles.Width), (image.Width, image.Height));
    }

    [Fact]
    public void Sixteen_bits_are_scaled_and_not_clipped()
    {
        using var picture = new Image<L16>(3, 1);
        (picture[0, 0], picture[1, 0], picture[2, 0]) = (new L16(0x0100), new L16(0x8080), new L16(0xFFFF));

        var image = ImageReader.Decode(ImageFiles.Save(picture, new PngEncoder { BitDepth = PngBitDepth.Bit16 }), "16");

        Assert.Equal(1, image.Channels);
        Assert.Equal([1, 128, 255], image.Pixels);
    }

    [Fact]
    public void An_animation_is_refused()
    {
        using var picture = ImageFiles.Picture(grey: false, clear: false);
        picture.Frames.AddFrame(picture.Frames.RootFrame);
        byte[] file = ImageFiles.Save(picture, new GifEncoder());
        var error = Assert.Throws<DataFormatException>(() => ImageReader.Decode(file, "a.gif"));
        Assert.Equal("frames", error.Field);
    }

    [Theory]
    [InlineData("png grey 8 None", 16, 16385)]
    [InlineData("png grey 1bit None", 16, 16384)]
    [InlineData("bmp colour 24", 18, 20000)]
    [InlineData("bmp grey 8", 18, 100000)]
    public void A_header_that_promises_too_much_is_refused_before_anything_is_decoded(string form, int at, int side)
    {
        byte[] file = [.. ImageFiles.All[form]];
        bool png = form.StartsWith("png", StringComparison.Ordinal);
        foreach (int place in (int[])[at, at + 4])
        {
            if (png) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(place), side);
            else BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(place), side);
        }

        if (png) BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32.HashToUInt32(file.AsSpan(12, 17)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DataFormatException>(() => ImageReader.Decode(file, form));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 24);
    }

    // The pixel data of 12 rows in chunks whose checksums are right.
    private static byte[] WithLessPacked(byte[] file)
    {
        var head = new MemoryStream();
        var packed = new MemoryStream();
        head.Write(file, 0, 8);
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            if (type == "IDAT") packed.Write(file, at + 8, length);
            else if (type != "IEND") head.Write(file, at, length + 12);
            at += length + 12;
        }

        packed.Position = 0;
        var rows = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress)) zlib.CopyTo(rows);
        var less = new MemoryStream();
        using (var zlib = new ZLibStream(less, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(rows.GetBuffer(), 0, (int)rows.Length * 12 / 29);
        Chunk(head, "IDAT"u8, less.ToArray());
        Chunk(head, "IEND"u8, []);
        return head.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] typed = [.. type, .. data], word = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.HashToUInt32(typed));
        file.Write(word);
    }

    private static byte[] WithoutLastSubBlock(byte[] file)
    {
        // ImageSharp's last block before the trailer is the image, whose last sub-block is followed by a zero.
        int image = Array.LastIndexOf(file, (byte)0x2C, file.Length - 1);
        for (; image > 0; image = Array.LastIndexOf(file, (byte)0x2C, image - 1))
        {
            bool isBlock = BitConverter.ToInt32(file, image + 1) == 0;
            if (!isBlock || BitConverter.ToUInt16(file, image + 5) != ImageFiles.Width) continue;
            int at = image + 10 + ((file[image + 9] & 0x80) != 0 ? 3 << ((file[image + 9] & 7) + 1) : 0) + 1, last = at;
            while (file[at] != 0) (last, at) = (at, at + file[at] + 1);
            return [.. file[..last], 0, 0x3B];
        }

        throw new InvalidOperationException("no image block");
    }
}
