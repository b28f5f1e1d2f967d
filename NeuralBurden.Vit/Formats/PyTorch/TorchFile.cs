using System.IO.Compression;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>
/// The tensors of a file that <c>torch.save</c> wrote (a zip archive: PyTorch 1.6 and later), by name. Nothing of the
/// file is run, see <see cref="PickleReader"/>, and no more memory is taken than the file is long.
/// </summary>
internal static class TorchFile
{
    // Where training programs keep the weights, the first that is there.
    private static readonly string[] Places =
        ["state_dict", "model", "model_state_dict", "model_state", "module", "net", "weights"];

    /// <summary>Whether the file's first bytes are those of a zip archive.</summary>
    public static bool IsOne(string path)
    {
        if (!File.Exists(path)) return false;
        RegularFile.Require(path);
        Span<byte> head = stackalloc byte[4];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("PK\u0003\u0004"u8);
    }

    /// <exception cref="CheckpointFormatException">
    /// Damaged, no file of PyTorch, or with more than tensors; names what.
    /// </exception>
    public static IReadOnlyList<NamedTensor> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var pickle = archive.Entries.FirstOrDefault(e => e.Name == "data.pkl")
                ?? throw new CheckpointFormatException(
                    path, "format", "is a zip archive without data.pkl, not one that torch.save wrote");
            string folder = pickle.FullName[..^pickle.Name.Length];
            if (Find(archive, folder + "byteorder") is { } order && Bytes(order, path).AsSpan().SequenceEqual("big"u8))
                throw new CheckpointFormatException(path, "byteorder", "is big; only little-endian files are read");
            object? root = PickleReader.Read(Bytes(pickle, path), path);
            var storages = new Dictionary<string, byte[]>();
            return [.. Weights(root, path).Select(t => TorchTensor.Read(t.Key, t.Value, Storage, path))];

            byte[] Storage(string key)
            {
                if (storages.TryGetValue(key, out byte[]? bytes)) return bytes;
                var entry = Find(archive, $"{folder}data/{key}")
                    ?? throw new CheckpointFormatException(path, $"data/{key}", "is missing from the archive");
                return storages[key] = Bytes(entry, path);
            }
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFormatException(path, "format", $"is a damaged zip archive: {e.Message}", e);
        }
    }

    private static ZipArchiveEntry? Find(ZipArchive archive, string name) =>
        archive.Entries.FirstOrDefault(e => e.FullName == name);

    private static byte[] Bytes(ZipArchiveEntry entry, string path)
    {
        // torch.save packs nothing; an entry that says less than it holds could fill any memory.
        if (entry.CompressedLength != entry.Length || entry.Length > Array.MaxLength)
            throw new CheckpointFormatException(path, entry.FullName, "is packed or 2 GiB and more; torch.save packs nothing");
        // Opening it holds its length against the archive's.
        using var stream = entry.Open();
        byte[] bytes = new byte[entry.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : throw new CheckpointFormatException(path, entry.FullName, "ends early");
    }

    private static IEnumerable<KeyValuePair<string, PickleTensor>> Weights(object? root, string path)
    {
        if (root is not PickleDictionary dictionary)
            throw new CheckpointFormatException(path, "data.pkl", "is no dictionary of tensors (a state_dict)");
        var own = Tensors(dictionary).ToList();
        if (own.Count > 0) return own;
        foreach (string place in Places)
        {
            if (dictionary.Values.GetValueOrDefault(place) is PickleDictionary inner && Tensors(inner).Any())
                return Tensors(inner);
        }

        string keys = string.Join(", ", dictionary.Values.Keys.Take(8));
        throw new CheckpointFormatException(
            path, "data.pkl", $"has no tensors at its top or under {string.Join(", ", Places)}; it has: {keys}");
    }

    private static IEnumerable<KeyValuePair<string, PickleTensor>> Tensors(PickleDictionary dictionary) =>
        dictionary.Values.Where(v => v.Value is PickleTensor && v.Key.Length > 0)
            .Select(v => KeyValuePair.Create(v.Key, (PickleTensor)v.Value!));
}
