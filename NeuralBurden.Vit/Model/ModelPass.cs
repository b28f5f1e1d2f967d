namespace NeuralBurden.Vit.Model;

/// <summary>What one pass over a model is for.</summary>
public readonly record struct ModelPass
{
    /// <summary>A look at the model: all activations are kept.</summary>
    public static ModelPass Evaluation => default;

    /// <summary>Evaluation of which only the logits are wanted.</summary>
    public static ModelPass Logits => new() { LogitsOnly = true };

    /// <summary>Evaluation with unmasked weights: the shadow reference of the burden measures.</summary>
    public static ModelPass Shadow => new() { Unmasked = true };

    /// <summary>
    /// The step of training, from 0: it keys random draws, and a backward pass will follow. Null in evaluation.
    /// </summary>
    public int? Step { get; private init; }

    public bool LogitsOnly { get; private init; }

    /// <summary>Whether the model's merging rests, as a schedule may have it.</summary>
    public bool Unmerged { get; init; }

    /// <summary>Whether products multiply by <see cref="Parameter.Weights"/> and ignore masks.</summary>
    public bool Unmasked { get; private init; }

    /// <summary>Where the backward pass adds up gates of groups; null where nobody asks.</summary>
    public GroupGates? Gates { get; private init; }

    /// <summary>Leaves residual branches out; null keeps all.</summary>
    public DropPath? DropPath { get; private init; }

    /// <summary>Told when merging begins and ends; null where nobody asks.</summary>
    internal StepProfile? Profile { get; init; }

    /// <param name="step">From 0.</param>
    /// <param name="gates">Adds up gates of groups in the backward pass; null for none.</param>
    /// <param name="dropPath">Leaves residual branches out as it has drawn; null keeps all.</param>
    public static ModelPass Training(int step, GroupGates? gates = null, DropPath? dropPath = null) =>
        new() { Step = step, Gates = gates, DropPath = dropPath };
}
