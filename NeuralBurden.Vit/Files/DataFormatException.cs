namespace NeuralBurden.Vit.Files;

/// <summary>A data file that is not what its format says. Nothing of the file has been used.</summary>
public sealed class DataFormatException : Exception
{
    /// <param name="file">The file, or an archive and the entry within it.</param>
    /// <param name="field">
    /// The field of the format that is wrong, such as "magic" or "label of image 17".
    /// </param>
    /// <param name="problem">What was found and what is allowed there.</param>
    public DataFormatException(string file, string field, string problem, Exception? inner = null)
        : base($"{file}: {field}: {problem}", inner)
    {
        File = file;
        Field = field;
    }

    public string File { get; }

    public string Field { get; }
}
