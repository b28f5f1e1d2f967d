using NeuralBurden.Cli.Output;

namespace NeuralBurden.Cli.Options;

/// <summary>A stored model by its file, or by the run folder that it lies in.</summary>
internal static class ModelPath
{
    private const string File = "model.safetensors";

    /// <exception cref="UserException">There is no such file, or the folder holds no model.</exception>
    public static string Of(string path)
    {
        if (System.IO.File.Exists(path)) return path;
        if (!Directory.Exists(path)) throw new UserException($"there is no checkpoint {path}");
        string model = Path.Combine(path, File);
        return System.IO.File.Exists(model)
            ? model
            : throw new UserException($"{path} holds no {File}: it is no run folder, or its run is not finished");
    }
}
