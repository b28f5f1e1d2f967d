using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>
/// Decodes the pictures of a folder in order and writes the set. How many there are and of how many channels goes into its
/// digest first: where a picture shows another number of either, the pass is made again with what is known then.
/// </summary>
internal sealed class ImportPass(
    string folder, string name, ImportOptions options, IProgress<(int Done, int All)>? progress, CancellationToken cancellation)
{
    private readonly PictureRule _rule = new(options.Size, options.Grey);
    private readonly Dictionary<string, string> _unreadable = [];
    private readonly int _threads = Math.Max(1, options.Threads ?? Environment.ProcessorCount);
    private int _channels = 1;

    /// <summary>Files that cannot be decoded, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unreadable => _unreadable;

    /// <summary>Whether all pictures were as expected; if not, another pass knows better.</summary>
    /// <exception cref="ImageFolderException">Pictures are of several sizes; names two.</exception>
    public bool TryWrite(ImageFolder source, Stream stream)
    {
        PackedWriter? writer = null;
        (string Path, RasterImage Image)? first = null;
        byte[] pixels = [];
        int done = 0, all = source.Train.Count + source.Test.Count, unreadable = _unreadable.Count;
        try
        {
            foreach (var files in source.Train.Concat(source.Test).Chunk(4 * _threads))
            {
                var images = Decode(files);
                if (_channels == 1 && Array.Exists(images, i => i?.Channels > 1))
                {
                    _channels = 3;
                    if (writer is not null) return false;
                }

                for (int i = 0; i < files.Length; i++)
                {
                    progress?.Report((++done, all));
                    if (images[i] is not { } image) continue;
                    first ??= (files[i].Path, image);
                    RequireSize(files[i].Path, image, first.Value.Path, first.Value.Image);
                    // A set that lacks a picture is not written; the pass goes on to find the others.
                    if (_unreadable.Count > unreadable) continue;
                    writer ??= new PackedWriter(stream, Header(source, image), source.Train.Count, source.Test.Count);
                    Array.Resize(ref pixels, _channels * image.Width * image.Height);
                    PictureRule.ToPlanes(image, _channels, pixels);
                    writer.Add(pixels, files[i].Label, Path.GetRelativePath(folder, files[i].Path));
                }
            }

            if (_unreadable.Count > unreadable) return false;
            writer!.Finish();
            return true;
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private PackedHeader Header(ImageFolder source, RasterImage image) => new()
    {
        Name = name,
        Classes = source.Classes,
        Extents = (_channels, image.Height, image.Width),
        Split = source.Split,
        Filter = options.Size is null ? "not resized" : ImageResizer.Filter,
        LeftOut = source.LeftOut,
        Folder = options.Link ? folder : null,
        Rule = _rule,
    };

    private RasterImage?[] Decode((string Path, ushort Label)[] files)
    {
        cancellation.ThrowIfCancellationRequested();
        var images = new RasterImage?[files.Length];
        string?[] reasons = new string?[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i =>
        {
            try
            {
                images[i] = _rule.Read(files[i].Path);
            }
            catch (DataFormatException e)
            {
                reasons[i] = e.Message.Replace(e.File + ": ", "", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reasons[i] = e.Message;
            }
        });
        for (int i = 0; i < files.Length; i++)
        {
            if (reasons[i] is { } reason) _unreadable[files[i].Path] = reason;
        }

        return images;
    }

    private static void RequireSize(string path, RasterImage image, string other, RasterImage first)
    {
        if ((image.Width, image.Height) == (first.Width, first.Height)) return;
        throw new ImageFolderException(
            $"{path}: has {image.Width}x{image.Height} pixels, but {other} has {first.Width}x{first.Height}; "
            + "--size N makes all images N x N");
    }
}
