using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// Pictures that stay in their folder and are decoded when they are read, each held against its checksum of the import.
/// </summary>
/// <param name="files">Paths from <paramref name="folder"/>, by the images' numbers.</param>
/// <param name="extents">Of every image of the set.</param>
/// <param name="cacheBytes">Most bytes of pixels that are kept.</param>
internal sealed class FolderPixels(
    string folder,
    string[] files,
    PictureRule rule,
    (int Channels, int Height, int Width) extents,
    uint[] checksums,
    int workers,
    long cacheBytes) : PixelStore
{
    private readonly PixelCache _cache = new(files.Length, extents.Channels * extents.Height * extents.Width, cacheBytes);

    public override int Workers => workers;

    /// <summary>Images whose pixels are kept now.</summary>
    public int Kept => _cache.Count;

    public override void Read(int image, Span<byte> destination)
    {
        if (_cache.TryRead(image, destination)) return;
        string path = Path.Combine(folder, files[image]);
        var picture = Picture(path);
        if (picture.Channels > extents.Channels || (picture.Height, picture.Width) != (extents.Height, extents.Width))
            throw Changed(path);
        PictureRule.ToPlanes(picture, extents.Channels, destination);
        if (Crc32C.Of(destination) != checksums[image]) throw Changed(path);
        _cache.Add(image, destination);
    }

    private RasterImage Picture(string path)
    {
        try
        {
            return rule.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, "file", $"was there at import and cannot be read now: {e.Message}", e);
        }
    }

    private static DataFormatException Changed(string path) =>
        new(path, "content", "is another picture than at import; 'nb data import' takes the folder as it is now");
}
