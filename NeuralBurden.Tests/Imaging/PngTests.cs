using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
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
        var image = ImageReader.Decode(Convert.FromBase64String(ForeignImage), "image");

        Assert.Equal((3, 2, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 128, 128, 128, 255, 255, 255], image.Pixels);
    }

    [Property]
    public Property Every_image_survives_writing_and_reading() => Prop.ForAll(Images(), image =>
    {
        var again = ImageReader.Decode(PngWriter.Encode(image), "image");
        return (again.Width, again.Height) == (image.Width, image.Height)
            && ImageFiles.Colours(again).SequenceEqual(ImageFiles.Colours(image));
    });

    [Fact]
    public void Writing_replaces_the_file_and_leaves_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("nb-png-");
        try
        {
            string path = Path.Combine(folder.FullName, "a.png");
            File.WriteAllText(path, "old");

            PngWriter.Write(path, Noise(4, 4, 1));

            Assert.Equal(Noise(4, 4, 1).Pixels, ImageReader.Read(path).Pixels);
            Assert.Single(folder.EnumerateFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RasterImage Noise(int width, int height, int channels) =>
        new(width, height, channels,
            [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * i * 31 >> 2))]);

    private static Arbitrary<RasterImage> Images()
    {
        var gen = from width in Gen.Choose(1, 20)
                  from height in Gen.Choose(1, 20)
                  from channels in Gen.Elements(1, 3)
                  from smooth in Gen.Elements(true, false)
                  from bytes in ArbMap.Default.GeneratorFor<byte>().ArrayOf(width * height * channels)
                  select new RasterImage(width, height, channels, smooth ? Ramp(bytes) : bytes);
        return Arb.From(gen, Smaller);

        static byte[] Ramp(byte[] bytes) => [.. bytes.Select((b, i) => (byte)(i * 3 + (b & 1)))];

        static IEnumerable<RasterImage> Smaller(RasterImage image)
        {
            if (image.Height > 1)
            {
                yield return new RasterImage(image.Width, 1, image.Channels,
                    image.Pixels[..(image.Width * image.Channels)]);
            }

            if (image.Width > 1)
            {
                yield return new RasterImage(1, image.Height, image.Channels,
                    image.Pixels[..(image.Height * image.Channels)]);
            }
        }
    }
}
