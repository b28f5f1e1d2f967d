using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Files;
using Xunit;

namespace NeuralBurden.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replaces_the_content_and_leaves_nothing_else()
    {
        string path = _folder.File("result.json");
        AtomicFile.WriteAllText(path, "old");

        AtomicFile.WriteAllText(path, "neu ü");

        Assert.Equal("neu ü"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Failure_of_the_writer_leaves_the_old_file_and_no_temporary()
    {
        string path = _folder.File("result.json");
        AtomicFile.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Old_content_stays_readable_until_the_new_one_is_complete()
    {
        string path = _folder.File("result.json");
        AtomicFile.WriteAllText(path, "old");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
        });

        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Error_of_the_disk_names_the_path()
    {
        string path = _folder.File("full.bin");
        AtomicFile.WriteAllText(path, "old");

        var error = Assert.Throws<IOException>(
            () => AtomicFile.Write(path, _ => throw new IOException("No space left on device")));

        Assert.Contains(path, error.Message);
        Assert.Contains("No space left", error.Message);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void Missing_folder_is_an_error_that_names_the_path()
    {
        string path = Path.Combine(_folder.Path, "missing", "a.bin");

        var error = Assert.Throws<IOException>(() => AtomicFile.WriteAllText(path, "x"));

        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void Name_taken_by_a_folder_is_an_error_and_leaves_no_temporary()
    {
        string path = _folder.File("taken");
        Directory.CreateDirectory(path);

        Assert.Throws<IOException>(() => AtomicFile.WriteAllText(path, "x"));

        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Writable_folder_is_created_and_left_empty()
    {
        string folder = Path.Combine(_folder.Path, "a", "b");

        AtomicFile.RequireWritable(folder);

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Folder_whose_name_is_a_file_is_found_unwritable()
    {
        string file = _folder.File("file", [1]);

        var error = Assert.Throws<IOException>(() => AtomicFile.RequireWritable(file));

        Assert.Contains(file, error.Message);
    }

    [Fact]
    public void Leftovers_of_a_killed_process_are_removed_and_nothing_else()
    {
        string kept = _folder.File("keep.json", [1]);
        string hidden = _folder.File(".hidden", [1]);
        AtomicFile.Write(_folder.File("inner"), _ =>
        {
            string leftover = Directory.GetFiles(_folder.Path, ".inner*").Single();
            File.WriteAllText(leftover.Replace(".inner", ".killed"), "part");
        });

        Assert.Equal(1, AtomicFile.RemoveLeftovers(_folder.Path));

        Assert.Equal(
            new[] { hidden, _folder.File("inner"), kept }.Order(), Directory.GetFiles(_folder.Path).Order());
        Assert.Equal(0, AtomicFile.RemoveLeftovers(_folder.File("missing")));
    }
}
