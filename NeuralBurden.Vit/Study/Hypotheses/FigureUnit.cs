namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>How a figure is computed and told.</summary>
public enum FigureUnit
{
    /// <summary>A difference of accuracies, told in percentage points.</summary>
    Points,

    /// <summary>A logarithm of a ratio, told as the ratio.</summary>
    Factor,

    /// <summary>A rank correlation in -1 .. 1.</summary>
    Correlation,

    /// <summary>A share, told in percent.</summary>
    Share,

    /// <summary>A distance on the sparsity axis, told in percentage points of it.</summary>
    Sparsity,

    /// <summary>A number in a unit of its own.</summary>
    Number,
}
