using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class CifarReaderTests : IDisposable
{
    private static readonly string[] Train = ["c/a.bin", "c/b.bin"], Test = ["c/t.bin"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_of_all_files_come_back_in_order(bool gzip)
    {
        byte[] bytes = DataFiles.Cifar(4);
        string[] paths = [_folder.Write("a.bin", gzip ? DataFiles.Gzip(bytes) : bytes),
            _folder.Write("b.bin", bytes)];

        var (pixels, labels) = CifarReader.ReadFiles(paths, CifarFormat.Cifar10, 4);

        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], labels);
        Assert.Equal(8 * 3072, pixels.Length);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(i % 4 + 1, pixels[i * 3072 + 3071]));
    }

    [Fact]
    public void Cifar_100_gives_its_fine_labels()
    {
        string path = _folder.Write("train.bin", DataFiles.Cifar(60, labelBytes: 2));

        var (_, labels) = CifarReader.ReadFiles([path], CifarFormat.Cifar100, 60);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => (byte)i), labels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_and_every_extra_byte_is_refused(bool gzip)
    {
        byte[] whole = DataFiles.Cifar(3);
        whole = gzip ? DataFiles.Gzip(whole) : whole;
        foreach (int length in Enumerable.Range(0, whole.Length)
            .Where(n => gzip || n % 61 == 0 || n % 3073 == 0))
        {
            string path = _folder.Write("a.bin", whole[..length]);
            Assert.Throws<DataFormatException>(() => CifarReader.ReadFiles([path], CifarFormat.Cifar10, 3));
        }

        string longer = _folder.Write("a.bin", [.. whole, 0]);
        Assert.Throws<DataFormatException>(() => CifarReader.ReadFiles([longer], CifarFormat.Cifar10, 3));
    }

    [Fact]
    public void A_label_out_of_range_names_file_and_image()
    {
        byte[] bytes = DataFiles.Cifar(3);
        bytes[2 * 3073] = 200;
        string path = _folder.Write("a.bin", bytes);

        var error = Assert.Throws<DataFormatException>(() =>
            CifarReader.ReadFiles([path], CifarFormat.Cifar10, 3));

        Assert.Equal("label of image 2", error.Field);
        Assert.Contains("200; allowed: 0 to 9", error.Message);
        Assert.StartsWith(path, error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_archive_gives_both_splits_in_any_order_of_entries(bool gzip)
    {
        byte[] tar = DataFiles.Tar(("c/readme.html", new byte[700]), ("c/t.bin", DataFiles.Cifar(2)),
            ("c/b.bin", DataFiles.Cifar(3)), ("c/a.bin", DataFiles.Cifar(3)));

        var (train, test) = Read(gzip ? DataFiles.Gzip(tar) : tar);

        Assert.Equal([0, 1, 2, 0, 1, 2], train.Labels);
        Assert.Equal([0, 1], test.Labels);
        Assert.Equal(3, train.Pixels[^1]);
    }

    [Fact]
    public void Every_truncation_of_the_archive_is_refused()
    {
        byte[] tar = DataFiles.Tar(
            ("c/a.bin", DataFiles.Cifar(3)), ("c/b.bin", DataFiles.Cifar(3)),
            ("c/t.bin", DataFiles.Cifar(2)));
        byte[] whole = DataFiles.Gzip(tar);

        Assert.All(Enumerable.Range(0, whole.Length),
            length => Assert.Throws<DataFormatException>(() => Read(whole[..length])));
    }

    [Fact]
    public void Entries_missing_twice_or_of_another_length_are_named()
    {
        byte[] three = DataFiles.Cifar(3), two = DataFiles.Cifar(2);

        Assert.Contains("missing: c/b.bin", Message(("c/a.bin", three), ("c/t.bin", two)));
        Assert.Contains("c/a.bin): entry: is in the archive twice",
            Message(("c/a.bin", three), ("c/a.bin", three)));
        Assert.Contains("c/a.bin): length: 6146 bytes; expected 3 records", Message(("c/a.bin", two)));
    }

    [Fact]
    public void Entries_that_leave_the_folder_are_not_taken_for_data()
    {
        byte[] three = DataFiles.Cifar(3);

        Assert.Contains("missing: c/a.bin",
            Message(("../c/a.bin", three), ("/c/a.bin", three), ("c/../c/a.bin", three)));
        Assert.Equal([_folder["archive"]], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_link_in_place_of_a_file_is_refused()
    {
        byte[] tar = DataFiles.Tar(("c/a.bin", []));
        Rewrite(tar, bytes => bytes[156] = (byte)'2');

        Assert.Contains("is a link or a folder", Assert.Throws<DataFormatException>(() => Read(tar)).Message);
    }

    [Theory]
    [InlineData("17777777777\0", "x")]
    [InlineData("17777777777\0", "0")]
    [InlineData("77777777777 ", "L")]
    [InlineData("0000000000z\0", "0")]
    public void A_forged_header_costs_no_memory(string size, string type)
    {
        byte[] tar = DataFiles.Tar(("c/other", new byte[10]));
        Rewrite(tar, bytes =>
        {
            System.Text.Encoding.ASCII.GetBytes(size).CopyTo(bytes, 124);
            bytes[156] = (byte)type[0];
        });
        byte[] packed = DataFiles.Gzip(tar);
        Assert.Throws<DataFormatException>(() => Read(packed));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DataFormatException>(() => Read(packed));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static void Rewrite(byte[] tar, Action<byte[]> change)
    {
        change(tar);
        tar.AsSpan(148, 8).Fill((byte)' ');
        int sum = tar.AsSpan(0, 512).ToArray().Sum(b => b);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ")
            .CopyTo(tar, 148);
    }

    private string Message(params (string, byte[])[] entries) =>
        Assert.Throws<DataFormatException>(() => Read(DataFiles.Tar(entries))).Message;

    private ((byte[] Pixels, byte[] Labels) Train, (byte[] Pixels, byte[] Labels) Test) Read(
        byte[] archive) =>
        CifarReader.ReadArchive(_folder.Write("archive", archive), Train, 3, Test, 2, CifarFormat.Cifar10);
}
