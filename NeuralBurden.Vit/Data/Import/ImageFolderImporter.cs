using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>Makes one file of an image folder; see <see cref="PackedDataset"/>.</summary>
public static class ImageFolderImporter
{
    private const int LargestSize = 1024;

    /// <summary>
    /// Decodes every picture on all cores and writes the file in one step: whatever stops it, an older file stays as it
    /// was, and nothing half-written is left. Images have as many channels as the richest of them: a single colour image
    /// makes all of them RGB. Files are read as <see cref="ImageReader"/> says; what is no image, or a damaged one, is left
    /// out and told in the file. Takes memory for a few pictures, whatever their number.
    /// </summary>
    /// <param name="folder">A folder per class, or such folders in train/ and test/ (or val/, valid/, ...).</param>
    /// <param name="output">The file, its name ending in .nbset.</param>
    /// <param name="progress">Told how many images have been read, of how many; it begins again where a picture shows only
    /// when it is read that the set is another one.</param>
    /// <exception cref="ImageFolderException">The folder is no data set, or sizes are mixed; names the folder or
    /// file.</exception>
    /// <exception cref="IOException">The file cannot be written, or something in the folder is no file.</exception>
    public static ImageDatasetPair Import(
        string folder,
        string output,
        ImportOptions options,
        IProgress<(int Done, int All)>? progress = null,
        CancellationToken cancellation = default)
    {
        if (!PackedDataset.IsName(Path.GetFileName(output)))
            throw new ImageFolderException($"{output}: the name of an imported data set ends in {PackedDataset.Extension}");
        if (options.Size is < 1 or > LargestSize)
            throw new ImageFolderException($"size {options.Size} is out of range; allowed: 1 to {LargestSize}");
        if (options.TestShare is not (> 0 and < 1))
            throw new ImageFolderException($"a test share of {options.TestShare} is out of range; allowed: above 0, below 1");
        folder = Path.GetFullPath(folder);
        var source = ImageFolder.Scan(folder, options.TestShare, new Dictionary<string, string>());
        AtomicFile.Write(output, stream =>
        {
            var pass = new ImportPass(folder, Path.GetFileName(output), options, progress, cancellation);
            while (!pass.TryWrite(source, stream)) source = ImageFolder.Scan(folder, options.TestShare, pass.Unreadable);
        });
        return PackedDataset.Load(output, options.Threads);
    }
}
