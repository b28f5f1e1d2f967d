namespace NeuralBurden.Vit.OneShot;

/// <summary>How one-shot pruning chooses the weights that go.</summary>
public enum OneShotCriterion
{
    /// <summary>Those of least |w|; needs no images (arXiv 1506.02626).</summary>
    Magnitude,

    /// <summary>Those of least |w_ij| ||x_j||_2 in each row, x_j the input j over the images (Wanda, arXiv 2306.11695).</summary>
    Wanda,

    /// <summary>
    /// Those that the others of their row can make up for best, which is done: least squares over the images, column by column
    /// (SparseGPT, arXiv 2301.00774).
    /// </summary>
    SparseGpt,
}
