using NeuralBurden.Vit.Formats.Layouts;

namespace NeuralBurden.Vit.Formats;

/// <summary>A stored model by its file, or by the folder that it lies in.</summary>
public static class ModelFolder
{
    internal const string Model = "model.safetensors";

    /// <exception cref="FileNotFoundException">There is no such file, or the folder holds no model.</exception>
    public static string FileOf(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path)) throw new FileNotFoundException($"there is no checkpoint {path}");
        string model = Path.Combine(path, Model);
        if (File.Exists(model)) return model;
        return ForeignConfig.WeightsIn(path) ?? throw new FileNotFoundException(
            $"{path} holds no {Model}: it is no run folder and none of HuggingFace, or its run is not finished");
    }
}
