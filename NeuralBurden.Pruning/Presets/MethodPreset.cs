using NeuralBurden.Pruning.Methods;

namespace NeuralBurden.Pruning.Presets;

/// <summary>
/// A named composition with its description: what <c>nb methods NAME</c> prints, and how to build it.
/// </summary>
public sealed record MethodPreset
{
    /// <summary>As written in a config: <c>method</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>The update rule in formulas.</summary>
    public required string Rule { get; init; }

    /// <summary>What becomes of a pruned weight: its value, moments, weight decay and clipping.</summary>
    public string Pruned { get; init; } = "";

    /// <summary>With what a weight that returns, or is grown, goes on.</summary>
    public string Returning { get; init; } = "";

    /// <summary>Paper and arXiv id.</summary>
    public required string Source { get; init; }

    /// <summary>Every difference from the reference, and why; defaults that were scaled to short trainings among them.</summary>
    public string Scaled { get; init; } = "";

    public IReadOnlyList<MethodParameter> Parameters { get; init; } = [];

    public required MethodTiming Timing { get; init; }

    /// <summary>Default of <c>pruning.distribution</c>.</summary>
    public string Distribution { get; init; } = "global";

    /// <summary>Sparsity where the config gives none.</summary>
    public double Sparsity { get; init; } = 0.9;

    /// <summary>False where the method runs at one sparsity only: dense at 0.</summary>
    public bool TakesSparsity { get; init; } = true;

    /// <summary>Kind of structured groups the model must declare, or null.</summary>
    public string? GroupKind { get; init; }

    /// <summary>
    /// Where target and parameters follow from each other: both as they are meant, the parameters that are settled by
    /// name. Null where each stands for itself.
    /// </summary>
    public Func<MethodSettings, (double Sparsity, IReadOnlyDictionary<string, string> Parameters)>? Settle { get; init; }

    public required Func<MethodSettings, PruningMethod> Build { get; init; }
}
