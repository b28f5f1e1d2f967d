namespace NeuralBurden.Vit.Data;

/// <summary>The two splits of a data set; Test carries the Mean and Std of Train.</summary>
public sealed record ImageDatasetPair(ImageDataset Train, ImageDataset Test);
