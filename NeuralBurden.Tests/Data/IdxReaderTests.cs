using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_come_back_as_written(bool gzip)
    {
        byte[] images = DataFiles.IdxImages(7), labels = DataFiles.IdxLabels([3, 0, 9, 1, 1, 2, 8]);
        string imagePath = _folder.Write("images", gzip ? DataFiles.Gzip(images) : images);
        string labelPath = _folder.Write("labels", gzip ? DataFiles.Gzip(labels) : labels);

        Assert.Equal(images[16..], IdxReader.ReadImages(imagePath, 28, 28));
        Assert.Equal([3, 0, 9, 1, 1, 2, 8], IdxReader.ReadLabels(labelPath, 10));
    }

    [Fact]
    public void A_packed_file_that_promises_more_than_its_trailer_says_costs_no_memory()
    {
        string path = _folder.Write("images", DataFiles.Gzip(DataFiles.IdxImages(2, claimed: 1_300_000)));
        // What deflate may make of a file at most must not be what tells.
        using (var file = new FileStream(path, FileMode.Append)) file.Write(new byte[1 << 20]);
        byte[] whole = File.ReadAllBytes(path);
        BitConverter.GetBytes(16 + (2 * 784)).CopyTo(whole, whole.Length - 4);
        File.WriteAllBytes(path, whole);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));

        Assert.Contains("the gzip stream ends with a length of 1584", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_wrong_magic_is_named_with_the_expected_one()
    {
        string path = _folder.Write("images", DataFiles.IdxImages(2, magic: 0x801));

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));

        Assert.Equal("magic", error.Field);
        Assert.Contains("0x00000801", error.Message);
        Assert.Contains("expected 0x00000803", error.Message);
        Assert.Contains(path, error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_count_out_of_range_names_the_allowed_range(int count)
    {
        string path = _folder.Write("images", DataFiles.IdxImages(2, claimed: count));

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));

        Assert.Equal("count", error.Field);
        Assert.Contains($"{count}; allowed: 1 to", error.Message);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 1_300_000)]
    [InlineData(true, 1_300_000)]
    public void A_count_larger_than_the_file_costs_no_memory(bool gzip, int claimed)
    {
        byte[] images = DataFiles.IdxImages(2, claimed: claimed);
        string path = _folder.Write("images", gzip ? DataFiles.Gzip(images) : images);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));

        Assert.Equal($"pixels of {claimed} images", error.Field);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_gzip_bomb_is_refused_before_it_is_unpacked()
    {
        // 256 MiB of zeros in 260 kB of file, behind the header of two images.
        string path = _folder["images.gz"];
        using (var file = File.Create(path))
        using (var gzip = new System.IO.Compression.GZipStream(file,
            System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(DataFiles.IdxImages(2));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++)
            {
                gzip.Write(zeros);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));

        Assert.Equal("length", error.Field);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_count_beyond_a_gigabyte_is_refused()
    {
        string path = _folder.Write("images", DataFiles.IdxImages(2, claimed: 9_000_000));

        Assert.Equal("count", Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28))
            .Field);
    }

    [Theory]
    [InlineData(32, 28, "rows")]
    [InlineData(28, -28, "columns")]
    public void Images_of_another_size_are_refused(int rows, int columns, string field)
    {
        byte[] images = DataFiles.IdxImages(2);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), rows);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), columns);

        var error = Assert.Throws<DataFormatException>(
            () => IdxReader.ReadImages(_folder.Write("images", images), 28, 28));

        Assert.Equal(field, error.Field);
        Assert.Contains("expected 28", error.Message);
    }

    [Fact]
    public void Label_200_is_refused_with_the_image_that_has_it()
    {
        string path = _folder.Write("labels", DataFiles.IdxLabels([1, 2, 200, 3]));

        var error = Assert.Throws<DataFormatException>(() => IdxReader.ReadLabels(path, 10));

        Assert.Equal("label of image 2", error.Field);
        Assert.Contains("200; allowed: 0 to 9", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_is_refused(bool gzip)
    {
        byte[] whole = DataFiles.IdxLabels([.. Enumerable.Range(0, 300).Select(i => (byte)(i * i % 10))]);
        whole = gzip ? DataFiles.Gzip(whole) : whole;
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("labels", whole[..length]);
            Assert.Throws<DataFormatException>(() => IdxReader.ReadLabels(path, 10));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trailing_bytes_are_refused(bool gzip)
    {
        byte[] whole = DataFiles.IdxImages(2);
        whole = gzip ? DataFiles.Gzip(whole) : whole;
        string path = _folder.Write("images", [.. whole, 0]);

        Assert.Throws<DataFormatException>(() => IdxReader.ReadImages(path, 28, 28));
    }

    [Property(MaxTest = 300)]
    public Property No_change_of_a_gzip_byte_goes_unnoticed_or_crashes()
    {
        byte[] labels = DataFiles.IdxLabels([.. Enumerable.Range(0, 200).Select(i => (byte)(i * 7 % 10))]);
        byte[] whole = DataFiles.Gzip(labels);
        var changes = Arb.From(
            from at in Gen.Choose(0, whole.Length - 1)
            from xor in Gen.Choose(1, 255)
            select (At: at, Xor: (byte)xor),
            change => Bits(change.Xor).Where(bit => bit != change.Xor).Select(bit => change with { Xor = bit }));

        return Prop.ForAll(changes, change =>
        {
            byte[] damaged = [.. whole];
            damaged[change.At] ^= change.Xor;
            string path = _folder.Write("labels", damaged);
            try
            {
                // Bytes 3 to 9 (flags, time, system) change nothing of the content unless they announce more
                // header.
                return IdxReader.ReadLabels(path, 10).AsSpan().SequenceEqual(labels.AsSpan(8));
            }
            catch (DataFormatException)
            {
                return true;
            }
        });

        static IEnumerable<byte> Bits(byte of) =>
            Enumerable.Range(0, 8).Select(i => (byte)(1 << i)).Where(bit => (of & bit) != 0);
    }
}
