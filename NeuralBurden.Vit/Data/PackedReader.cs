using System.Runtime.InteropServices;
using System.Text;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Opens a <c>.nbset</c> file of version 2: reads and checks all of it but the pixels, which are read, and held against
/// their checksums, when they are asked for.
/// </summary>
internal static class PackedReader
{
    // Of decoded pictures that stay in memory, a split.
    private const long CacheBytes = 1 << 27;

    public static ImageDatasetPair Load(SafetensorsReader reader, int? threads)
    {
        var header = PackedHeader.Read(reader);
        PackedTensors.Count(reader, header, PackedTensors.Train);
        PackedTensors.Count(reader, header, PackedTensors.Test);
        var tables = new Dictionary<string, byte[]>();
        string digest = PackedHeader.HeadDigest(
            reader.Metadata, reader.Names.Select(reader.Get), tensor => IsTable(tensor.Name) ? Table(tensor.Name) : null);
        reader.Metadata.TryGetValue(PackedHeader.HeadDigestKey, out string? stored);
        if (digest != stored)
        {
            throw new CheckpointFormatException(reader.Path, PackedHeader.HeadDigestKey,
                $"is {stored ?? "missing"}, but header and tables have {digest}: the file is damaged; import it again");
        }

        var file = header.Folder is null ? new MappedFile(reader.Path) : null;
        return new ImageDatasetPair(
            Split(PackedTensors.Train, header.TrainSha256), Split(PackedTensors.Test, header.TestSha256));

        bool IsTable(string name) =>
            name != PackedTensors.Images(PackedTensors.Train) && name != PackedTensors.Images(PackedTensors.Test);
        byte[] Table(string name) => tables[name] = reader.ReadRaw(name);

        ImageDataset Split(string split, string sha256)
        {
            ushort[] labels = ClassLabels.FromBytes(tables[PackedTensors.Labels(split)], header.Classes.Count);
            uint[] checksums = MemoryMarshal.Cast<byte, uint>(tables[PackedTensors.Checksums(split)]).ToArray();
            PixelStore store = file is not null
                ? new MappedPixels(file, reader.Path, reader.Get(PackedTensors.Images(split)), checksums)
                : new FolderPixels(
                    header.Folder!, Files(reader.Path, split, tables[PackedTensors.Files(split)], labels.Length), header.Rule,
                    header.Extents, checksums, Math.Max(1, threads ?? Environment.ProcessorCount), CacheBytes);
            try
            {
                return new ImageDataset(
                    header.Name, header.Extents, header.Classes, store, labels, header.Mean, header.Std, sha256);
            }
            catch (ArgumentException e)
            {
                throw new CheckpointFormatException(reader.Path, PackedTensors.Labels(split), e.Message, e);
            }
        }
    }

    private static string[] Files(string path, string split, byte[] bytes, int count)
    {
        string[] files = Encoding.UTF8.GetString(bytes).Split('\0');
        return files.Length == count + 1 && files[count].Length == 0 && !files.Any(Path.IsPathRooted)
            ? files[..count]
            : throw new CheckpointFormatException(
                path, PackedTensors.Files(split), $"names {files.Length - 1} pictures; expected {count} paths within the folder");
    }
}
