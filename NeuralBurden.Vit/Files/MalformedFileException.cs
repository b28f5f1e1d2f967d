namespace NeuralBurden.Vit.Files;

/// <summary>A file whose content breaks its format. The message reads <c>file: field: what is wrong, what was
/// expected</c>.</summary>
public class MalformedFileException : FormatException
{
    public MalformedFileException(string file, string field, string problem, Exception? inner = null)
        : base($"{file}: {field}: {problem}", inner)
    {
        File = file;
        Field = field;
    }

    public string File { get; }

    /// <summary>The part of the file at fault: a header field, a tensor's name, a metadata key.</summary>
    public string Field { get; }
}
