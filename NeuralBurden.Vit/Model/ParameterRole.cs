namespace NeuralBurden.Vit.Model;

/// <summary>How the optimizer and the pruner treat a parameter; also the order of the arena's sections.</summary>
public enum ParameterRole
{
    /// <summary>A matrix of a block: decayed by the optimizer, open to pruning.</summary>
    Prunable,

    /// <summary>The patch embedding and the head: decayed, never pruned.</summary>
    Decayed,

    /// <summary>Biases, norms, class token and positions: neither.</summary>
    Exempt,
}
