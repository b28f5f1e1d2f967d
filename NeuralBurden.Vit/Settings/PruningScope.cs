namespace NeuralBurden.Vit.Settings;

/// <summary>Which matrices of each block may be pruned.</summary>
public enum PruningScope
{
    /// <summary>q, k, v, o and both MLP matrices.</summary>
    All,

    /// <summary>q, k, v and o.</summary>
    Attention,

    /// <summary>Both MLP matrices.</summary>
    Mlp,
}
