namespace NeuralBurden.Vit.Settings;

/// <summary>How the target sparsity is shared out over the matrices.</summary>
public enum SparsityDistribution
{
    /// <summary>Every matrix gets the target.</summary>
    Uniform,

    /// <summary>Erdos-Renyi kernel: density proportional to (sum of dims) / (product of dims).</summary>
    Erk,

    /// <summary>One threshold over all matrices.</summary>
    Global,

    /// <summary>One threshold over all matrices, for scores divided by the norm of their matrix's.</summary>
    GlobalNormalised,
}
