namespace NeuralBurden.Vit.Data;

/// <summary>Where a data set comes from.</summary>
public enum DatasetKind
{
    /// <summary>Drawn by the program from a seed; always there.</summary>
    Embedded,

    /// <summary>Read from the files of its authors.</summary>
    Files,
}
