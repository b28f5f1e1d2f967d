using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Tests.Data;

/// <summary>Generated pictures in a folder that goes when the test ends.</summary>
internal sealed class PictureFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>Noise of a seed, as a PNG file.</summary>
    public string Noise(string name, int width, int height, int channels, int seed)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        // What is grey by chance would be read as grey.
        if (channels == 3) (pixels[0], pixels[1]) = (1, 2);
        return Write(name, new RasterImage(width, height, channels, pixels));
    }

    public string Text(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Write(string name, RasterImage image)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        PngWriter.Write(this[name], image);
        return this[name];
    }

    public void Dispose() => _folder.Dispose();
}
