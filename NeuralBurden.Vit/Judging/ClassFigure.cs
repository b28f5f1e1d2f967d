namespace NeuralBurden.Vit.Judging;

/// <summary>How a model does on the images of one class.</summary>
/// <param name="Right">Images taken for the class that they are.</param>
/// <param name="Mistaken">The class that most of the others were taken for, the lowest of equals; null without any.</param>
/// <param name="MistakenImages">How many they are.</param>
public sealed record ClassFigure(int Label, int Images, int Right, int? Mistaken, int MistakenImages)
{
    /// <summary>Share of the class's images that is right, its recall.</summary>
    public double Accuracy => (double)Right / Images;
}
