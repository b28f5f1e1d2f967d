using System.Text;

namespace NeuralBurden.Cli.Output;

/// <summary>
/// Standard output that says of itself when it cannot be written: a full disk under it is not the disk of the run
/// folders, and where it is closed its number may be another file's.
/// </summary>
internal sealed class OutputWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            string reason = e is IOException ? e.Message : "it is closed, or open for reading only";
            throw new UserException(
                $"standard output cannot be written: {reason}. Send it to a file or to /dev/null; "
                + "the same command goes on from the last checkpoint");
        }
    }
}
