using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data;

/// <summary>Finds the files of a data set, reads them and checks that they belong together.</summary>
internal static class FileDatasetLoader
{
    public static ImageDatasetPair Load(DatasetManifest manifest, DataOptions options)
    {
        var place = DatasetLocation.Find(manifest, DataFolder.Resolve(options.DataDir), out string error) ??
            throw new DataNotFoundException(error);
        var (train, test) = manifest.Format switch
        {
            DatasetFormat.Idx => (
                ReadIdx(manifest, place, options, DatasetFileRole.TrainImages, DatasetFileRole.TrainLabels, manifest.TrainCount),
                ReadIdx(manifest, place, options, DatasetFileRole.TestImages, DatasetFileRole.TestLabels, manifest.TestCount)),
            DatasetFormat.Cifar10 => ReadCifar(manifest, place, options, CifarFormat.Cifar10),
            DatasetFormat.Cifar100 => ReadCifar(manifest, place, options, CifarFormat.Cifar100),
            _ => throw new InvalidOperationException($"Data set '{manifest.Name}' is not read from files."),
        };
        var whole = Create(manifest, train, null);
        return new ImageDatasetPair(
            Limit(whole, options.TrainCount), Limit(Create(manifest, test, whole), options.TestCount));
    }

    private static ImageDataset Create(
        DatasetManifest manifest, (byte[] Pixels, byte[] Labels) split, ImageDataset? normalizer) =>
        new(manifest.Name, manifest.Channels, manifest.Height, manifest.Width, manifest.Classes,
            split.Pixels, ClassLabels.FromBytes(split.Labels, manifest.Classes.Count), normalizer);

    private static ImageDataset Limit(ImageDataset whole, int? count) =>
        count is { } n ? whole.Take(n) : whole;

    private static (byte[] Pixels, byte[] Labels) ReadIdx(
        DatasetManifest manifest,
        DatasetLocation place,
        DataOptions options,
        DatasetFileRole images,
        DatasetFileRole labels,
        int published)
    {
        string imagePath = PathOf(images), labelPath = PathOf(labels);
        byte[] labelBytes = IdxReader.ReadLabels(labelPath, manifest.Classes.Count, Published(labels));
        byte[] pixels = IdxReader.ReadImages(imagePath, manifest.Height, manifest.Width, Published(images));
        int count = pixels.Length / (manifest.Height * manifest.Width);
        return count == labelBytes.Length
            ? (pixels, labelBytes)
            : throw new DataFormatException(labelPath, "count",
                $"{labelBytes.Length} labels, but {count} images in {imagePath}.");

        DatasetFile FileOf(DatasetFileRole role) => manifest.Files.Single(f => f.Role == role);
        string PathOf(DatasetFileRole role) => place.Files[FileOf(role).Name];
        PublishedFile? Published(DatasetFileRole role) =>
            options.AsFound ? null : new PublishedFile(FileOf(role).Sha256, published);
    }

    private static ((byte[] Pixels, byte[] Labels) Train, (byte[] Pixels, byte[] Labels) Test) ReadCifar(
        DatasetManifest manifest, DatasetLocation place, DataOptions options, CifarFormat format)
    {
        var train = manifest.Files.Where(f => f.Role == DatasetFileRole.Train).ToList();
        var test = manifest.Files.Where(f => f.Role == DatasetFileRole.Test).ToList();
        if (place.Archive is { } archive)
        {
            return CifarReader.ReadArchive(archive, Entries(train), train[0].Records,
                Entries(test), test[0].Records, format,
                options.AsFound ? null : train.Concat(test).ToDictionary(Entry, f => f.Sha256));
        }

        return (CifarReader.ReadFiles(Paths(train), format, train[0].Records, Digests(train)),
            CifarReader.ReadFiles(Paths(test), format, test[0].Records, Digests(test)));

        string Entry(DatasetFile file) => $"{manifest.ArchiveFolder}/{file.Name}";
        List<string> Entries(List<DatasetFile> files) => [.. files.Select(Entry)];
        List<string>? Digests(List<DatasetFile> files) => options.AsFound ? null : [.. files.Select(f => f.Sha256)];
        List<string> Paths(List<DatasetFile> files) => [.. files.Select(f => place.Files[f.Name])];
    }
}
