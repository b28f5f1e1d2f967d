namespace NeuralBurden.Vit.Study;

/// <summary>How an effect is computed and told.</summary>
public enum EffectUnit
{
    /// <summary>A difference of accuracies, told in percentage points.</summary>
    Points,

    /// <summary>A logarithm of a ratio, told as the ratio.</summary>
    Factor,

    /// <summary>A rank correlation in -1..1.</summary>
    Correlation,

    /// <summary>A share in 0..1 or an error.</summary>
    Share,

    /// <summary>Steps of the sparsity grid.</summary>
    Steps,
}
