using System.IO.Compression;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>Holds the files of a data set against the sizes and SHA-256 sums of its manifest.</summary>
public static class DatasetVerifier
{
    /// <summary>One check per file: packed files as published or, packed otherwise, by what they unpack to.</summary>
    /// <exception cref="DataNotFoundException">The data set is not there.</exception>
    public static IReadOnlyList<FileCheck> Verify(DatasetManifest manifest, DataOptions options)
    {
        if (manifest.Kind == DatasetKind.Embedded) return [];
        var place = DatasetLocation.Find(manifest, DataFolder.Resolve(options.DataDir), out string error)
            ?? throw new DataNotFoundException(error);
        if (place.Archive is { } archive)
        {
            var published = manifest.Downloads.FirstOrDefault(d => d.Name == Path.GetFileName(archive));
            return [new FileCheck(archive, published is null
                ? $"is no published file; known: {string.Join(", ", manifest.Downloads.Select(d => d.Name))}"
                : FileDigest.Problem(archive, published))];
        }

        return [.. manifest.Files.Select(file => Check(manifest, file, place.Files[file.Name]))];
    }

    /// <summary>An imported set against the checksum that it carries.</summary>
    public static FileCheck VerifyPacked(string path)
    {
        try
        {
            PackedDataset.Verify(path);
            return new FileCheck(path, null);
        }
        catch (Exception e) when (e is MalformedFileException or DataFormatException or IOException)
        {
            return new FileCheck(path, e.Message);
        }
    }

    private static FileCheck Check(DatasetManifest manifest, DatasetFile file, string path)
    {
        string name = Path.GetFileName(path);
        if (name == file.Name) return new FileCheck(path, FileDigest.Problem(path, file));
        if (manifest.Downloads.FirstOrDefault(d => d.Name == name) is { } published
            && FileDigest.Problem(path, published) is null)
        {
            return new FileCheck(path, null);
        }

        try
        {
            using var packed = File.OpenRead(path);
            using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
            return new FileCheck(path, FileDigest.ProblemOfUnpacked(unpacked, file));
        }
        catch (InvalidDataException e)
        {
            return new FileCheck(path, e.Message);
        }
    }
}
