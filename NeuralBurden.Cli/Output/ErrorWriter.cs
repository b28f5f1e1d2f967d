using System.Text;

namespace NeuralBurden.Cli.Output;

/// <summary>Writes lines as <see cref="Readable"/> has them; everything else as it is.</summary>
internal sealed class ErrorWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine(string? value) => inner.WriteLine(Readable.Text(value ?? ""));

    public override void Flush() => inner.Flush();
}
