namespace NeuralBurden.Vit.Data;

/// <summary>What a file of a data set holds.</summary>
public enum DatasetFileRole
{
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,

    /// <summary>Images and labels of the training split.</summary>
    Train,

    /// <summary>Images and labels of the test split.</summary>
    Test,
}
