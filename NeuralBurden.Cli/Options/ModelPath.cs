using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Cli.Options;

/// <summary>A stored model by its file, or by the folder that it lies in.</summary>
internal static class ModelPath
{
    /// <exception cref="UserException">There is no such file, or the folder holds no model.</exception>
    public static string Of(string path)
    {
        try
        {
            return ModelFolder.FileOf(path);
        }
        catch (FileNotFoundException e)
        {
            throw new UserException(e.Message);
        }
    }
}
