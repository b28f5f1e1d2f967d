using System.Runtime.InteropServices;
using System.Text;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Writes a <c>.nbset</c> file of version 2 image by image, first those to train on: room for the header, the pixels as
/// they come, then the tables, and the header once all is known.
/// </summary>
internal sealed class PackedWriter : IDisposable
{
    private const int Page = 4096;

    private readonly Stream _stream;
    private readonly PackedHeader _header;
    private readonly Split _train;
    private readonly Split _test;
    private readonly ChannelStatistics _statistics;
    private readonly int _start;

    /// <param name="stream">A file, written from its beginning.</param>
    /// <param name="header">All but statistics and digests.</param>
    /// <param name="trainCount">Images that will be added to train on.</param>
    /// <param name="testCount">Images that will be added after these.</param>
    public PackedWriter(Stream stream, PackedHeader header, int trainCount, int testCount)
    {
        (_stream, _header) = (stream, header);
        (_train, _test) = (new Split(header, PackedTensors.Train, trainCount), new Split(header, PackedTensors.Test, testCount));
        _statistics = new ChannelStatistics(header.Extents.Channels);
        // Digests are as long whatever they are, and for numbers there is room.
        int longest = SafetensorsWriter.Header(Layout(), Metadata(new string('f', 64))).Length + Page
            + (64 * header.Extents.Channels);
        _start = (longest + Page - 1) / Page * Page;
        stream.SetLength(0);
        stream.Position = _start;
    }

    /// <param name="image">[C, H, W].</param>
    /// <param name="file">Its path from the header's folder, where it stays there.</param>
    public void Add(ReadOnlySpan<byte> image, ushort label, string file = "")
    {
        if (_train.IsFull)
        {
            _test.Add(image, label, file);
        }
        else
        {
            _train.Add(image, label, file);
            _statistics.Add(image);
        }

        if (_header.Folder is null) _stream.Write(image);
    }

    /// <summary>Writes what follows the images, and the header.</summary>
    public void Finish()
    {
        if (!_test.IsFull) throw new InvalidOperationException("images are missing");
        var (train, test) = (_train.Digest(), _test.Digest());
        var metadata = Metadata(train, test);
        var layout = Layout();
        metadata[PackedHeader.HeadDigestKey] = PackedHeader.HeadDigest(metadata, layout, t => Table(t.Name));
        foreach (var tensor in layout)
            if (Table(tensor.Name) is { } bytes) _stream.Write(bytes);
        var header = SafetensorsWriter.Header(layout, metadata, _start);
        _stream.Position = 0;
        _stream.Write(header);
    }

    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
    }

    private Dictionary<string, string> Metadata(string digest)
    {
        var metadata = Metadata(digest, digest);
        metadata[PackedHeader.HeadDigestKey] = digest;
        return metadata;
    }

    private Dictionary<string, string> Metadata(string train, string test) => (_header with
    {
        Mean = _statistics.Mean,
        Std = _statistics.Std,
        TrainSha256 = train,
        TestSha256 = test,
    }).ToMetadata();

    private Split[] Splits => [_train, _test];

    // Null for the pixels, which lie in the file already.
    private byte[]? Table(string tensor) => tensor == PackedTensors.Padding
        ? new byte[PaddingLength]
        : _train.Table(tensor) ?? _test.Table(tensor);

    // Tables of wide elements first, so that each is aligned whatever the bytes before it.
    private int PaddingLength => (int)(-(_train.BodyLength + _test.BodyLength) & 7);

    private List<TensorInfo> Layout()
    {
        var layout = new List<TensorInfo>();
        long offset = 0;
        bool listed = _header.Folder is not null;
        foreach (var split in Splits)
        {
            if (listed)
            {
                Append(PackedTensors.Files(split.Name), TensorDtype.U8, [split.BodyLength]);
            }
            else
            {
                var (c, h, w) = _header.Extents;
                Append(PackedTensors.Images(split.Name), TensorDtype.U8, [split.Count, c, h, w]);
            }
        }

        if (PaddingLength > 0) Append(PackedTensors.Padding, TensorDtype.U8, [PaddingLength]);
        var labels = ClassLabels.Width(_header.Classes.Count) == 1 ? TensorDtype.U8 : TensorDtype.U16;
        foreach (var split in Splits) Append(PackedTensors.Checksums(split.Name), TensorDtype.U32, [split.Count]);
        foreach (var split in Splits) Append(PackedTensors.Labels(split.Name), labels, [split.Count]);
        return layout;

        void Append(string name, TensorDtype dtype, long[] shape)
        {
            long length = shape.Aggregate((long)dtype.Size(), (a, b) => a * b);
            layout.Add(new TensorInfo(name, dtype, shape, offset, length));
            offset += length;
        }
    }

    /// <summary>What is kept of the images of a split: a digest of their pixels, labels, checksums, paths.</summary>
    private sealed class Split(PackedHeader header, string name, int count) : IDisposable
    {
        private readonly ContentDigest _digest = new(
            count, header.Extents.Channels, header.Extents.Height, header.Extents.Width, header.Classes.Count);
        private readonly ushort[] _labels = new ushort[count];
        private readonly uint[] _checksums = new uint[count];
        private readonly MemoryStream _files = new();
        private int _added;

        public string Name => name;

        public int Count => count;

        public bool IsFull => _added == count;

        public long BodyLength => header.Folder is null ? (long)count * header.ImageBytes : _files.Length;

        public void Add(ReadOnlySpan<byte> image, ushort label, string file)
        {
            _digest.Add(image);
            _checksums[_added] = Crc32C.Of(image);
            _labels[_added++] = label;
            if (header.Folder is not null) _files.Write(Encoding.UTF8.GetBytes(file + '\0'));
        }

        public string Digest() => _digest.Finish(_labels);

        public byte[]? Table(string tensor) =>
            tensor == PackedTensors.Labels(name) ? ClassLabels.ToBytes(_labels, header.Classes.Count)
            : tensor == PackedTensors.Checksums(name) ? MemoryMarshal.AsBytes<uint>(_checksums).ToArray()
            : tensor == PackedTensors.Files(name) ? _files.ToArray()
            : null;

        public void Dispose() => _digest.Dispose();
    }
}
