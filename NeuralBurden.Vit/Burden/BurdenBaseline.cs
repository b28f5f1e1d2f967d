using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>The network that a measurement compares with.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Model">Its weights, where they are not those of the model measured: checkpoint and twin.</param>
internal sealed record BurdenBaseline(BurdenReference Kind, VisionTransformer? Model = null)
{
    private readonly Dictionary<bool, UnitFigures[][]> _figures = [];

    /// <summary>Nothing to compare with.</summary>
    public static BurdenBaseline None { get; } = new(BurdenReference.None);

    /// <summary>A network before anything is pruned.</summary>
    public static BurdenBaseline Self { get; } = new(BurdenReference.Self);

    /// <summary>The model's own weights without mask.</summary>
    public static BurdenBaseline Shadow { get; } = new(BurdenReference.Shadow);

    /// <summary>Whether unit j is the same unit in both networks.</summary>
    public bool IsAligned => Kind is BurdenReference.Self or BurdenReference.Shadow or BurdenReference.Checkpoint;

    /// <summary>The figures of a network that does not change, measured once with and once without merging.</summary>
    public UnitFigures[][] Figures(bool merges, Func<VisionTransformer, UnitFigures[][]> measure)
    {
        if (!_figures.TryGetValue(merges, out var figures)) _figures[merges] = figures = measure(Model!);
        return figures;
    }
}
