using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// The binary version of CIFAR-10 and CIFAR-100: files (.bin, or gzip) and the published .tar.gz. The files
/// have no header, so the count of records is given by the caller and must be met exactly.
/// </summary>
public static class CifarReader
{
    /// <summary>Reads <paramref name="paths"/> in order as one split of [N, 3, 32, 32].</summary>
    /// <exception cref="DataFormatException">
    /// A length that is not the count's, or a label out of range.
    /// </exception>
    public static (byte[] Pixels, byte[] Labels) ReadFiles(
        IReadOnlyList<string> paths, CifarFormat format, int recordsPerFile) =>
        ReadFiles(paths, format, recordsPerFile, null);

    /// <param name="sha256">What each file must be; null takes any.</param>
    internal static (byte[] Pixels, byte[] Labels) ReadFiles(
        IReadOnlyList<string> paths, CifarFormat format, int recordsPerFile, IReadOnlyList<string>? sha256)
    {
        var split = new Split(format, paths.Count, recordsPerFile);
        for (int i = 0; i < paths.Count; i++)
        {
            using var reader = new DataFileReader(paths[i]);
            long expected = (long)recordsPerFile * format.RecordBytes;
            if (reader.MostBytes < expected || (!reader.IsGzip && reader.MostBytes > expected))
            {
                throw new DataFormatException(paths[i], "length",
                    $"{(reader.IsGzip ? "packed " : "")}file of " +
                    $"{new FileInfo(paths[i]).Length} bytes; expected {recordsPerFile} records of " +
                    $"{format.RecordBytes} bytes, {expected} in all.");
            }

            if (sha256 is not null) reader.BeginDigest();
            split.Read(reader, reader.Name, i);
            reader.ExpectEnd();
            if (sha256 is not null) reader.ExpectDigest(reader.Name, sha256[i]);
        }

        return split.Take();
    }

    /// <summary>
    /// Reads two splits from a .tar.gz or .tar; the entries must be regular files of exactly the expected
    /// length, in any order. Nothing is unpacked to disk, so the paths in the archive name nothing on this
    /// machine.
    /// </summary>
    /// <param name="path">The archive.</param>
    /// <param name="train">Full entry names of the training split, in order.</param>
    /// <param name="test">Full entry names of the test split, in order.</param>
    /// <exception cref="DataFormatException">
    /// An entry missing, there twice, of another length or with a label out of range; a damaged archive.
    /// </exception>
    public static ((byte[] Pixels, byte[] Labels) Train, (byte[] Pixels, byte[] Labels) Test) ReadArchive(
        string path, IReadOnlyList<string> train, int trainRecordsPerFile,
        IReadOnlyList<string> test, int testRecordsPerFile, CifarFormat format) =>
        ReadArchive(path, train, trainRecordsPerFile, test, testRecordsPerFile, format, null);

    /// <param name="sha256">What each entry must be, by its name; null takes any.</param>
    internal static ((byte[] Pixels, byte[] Labels) Train, (byte[] Pixels, byte[] Labels) Test) ReadArchive(
        string path, IReadOnlyList<string> train, int trainRecordsPerFile,
        IReadOnlyList<string> test, int testRecordsPerFile, CifarFormat format,
        IReadOnlyDictionary<string, string>? sha256)
    {
        var trainSplit = new Split(format, train.Count, trainRecordsPerFile);
        var testSplit = new Split(format, test.Count, testRecordsPerFile);
        var wanted = train.Select((name, i) => (name, Split: trainSplit, i))
            .Concat(test.Select((name, i) => (name, Split: testSplit, i)))
            .ToDictionary(entry => entry.name, entry => (entry.Split, Index: entry.i));
        var missing = new HashSet<string>(wanted.Keys);
        using var reader = new DataFileReader(path);
        var tar = new TarScanner(reader);
        while (tar.Next() is { } entry)
        {
            string name = entry.Name.StartsWith("./", StringComparison.Ordinal)
                ? entry.Name[2..]
                : entry.Name;
            if (!wanted.TryGetValue(name, out var place))
            {
                tar.Skip();
                continue;
            }

            string where = $"{path}({name})";
            if (!missing.Remove(name))
            {
                throw new DataFormatException(where, "entry", "is in the archive twice.");
            }

            long expected = (long)place.Split.RecordsPerFile * format.RecordBytes;
            if (!entry.IsFile || entry.Length != expected)
            {
                throw new DataFormatException(where, "length", entry.IsFile
                    ? $"{entry.Length} bytes; expected {place.Split.RecordsPerFile} records of " +
                      $"{format.RecordBytes} bytes, {expected} in all."
                    : "is a link or a folder; expected a regular file.");
            }

            if (sha256 is not null) reader.BeginDigest();
            place.Split.Read(reader, where, place.Index);
            if (sha256 is not null) reader.ExpectDigest(where, sha256[name]);
            tar.SkipPadding();
        }

        reader.ExpectEnd();
        return missing.Count == 0
            ? (trainSplit.Take(), testSplit.Take())
            : throw new DataFormatException(path, "entries",
                $"missing: {string.Join(", ", missing.Order())}.");
    }

    private sealed class Split(CifarFormat format, int files, int recordsPerFile)
    {
        private readonly byte[] _labels = new byte[files * recordsPerFile];
        private readonly byte[] _pixels = new byte[checked(files * recordsPerFile * CifarFormat.ImageBytes)];

        public int RecordsPerFile => recordsPerFile;

        public (byte[] Pixels, byte[] Labels) Take() => (_pixels, _labels);

        public void Read(DataFileReader reader, string where, int file)
        {
            Span<byte> labels = stackalloc byte[format.LabelBytes];
            for (int i = 0; i < recordsPerFile; i++)
            {
                int image = file * recordsPerFile + i;
                reader.ReadExactly(labels, $"label of image {i} of {recordsPerFile}");
                byte label = labels[format.LabelOffset];
                if (label >= format.ClassCount)
                {
                    throw new DataFormatException(where, $"label of image {i}",
                        $"{label}; allowed: 0 to {format.ClassCount - 1}.");
                }

                _labels[image] = label;
                reader.ReadExactly(_pixels.AsSpan(image * CifarFormat.ImageBytes, CifarFormat.ImageBytes),
                    $"pixels of image {i} of {recordsPerFile}");
            }
        }
    }
}
