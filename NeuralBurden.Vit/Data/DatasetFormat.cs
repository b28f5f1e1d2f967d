namespace NeuralBurden.Vit.Data;

/// <summary>How the images of a data set come to be.</summary>
public enum DatasetFormat
{
    Glyphs,
    Shapes,
    Idx,
    Cifar10,
    Cifar100,

    /// <summary>See <see cref="PackedDataset"/>.</summary>
    Packed,
}
