namespace NeuralBurden.Vit.Study.Report;

/// <summary>What a chart's horizontal axis holds, and how even it is.</summary>
internal enum StudyAxisKind
{
    /// <summary>Shares of zeros, even in the logarithm of the density.</summary>
    Sparsity,

    /// <summary>Shares of zeros, evenly.</summary>
    EvenSparsity,

    /// <summary>Epochs, even in their logarithm.</summary>
    Length,

    /// <summary>Shares of training, evenly.</summary>
    Training,
}
