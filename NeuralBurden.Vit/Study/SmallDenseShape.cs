using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The dense network that has as many parameters as a pruned one keeps: the control that tells pruning from mere
/// capacity. Depth, heads and patch stay; width d and hidden width d_ff shrink.
/// </summary>
public static class SmallDenseShape
{
    // d_ff / d stays within this factor of the model's, so that the best match is no degenerate shape.
    private const double RatioFactor = 4;

    // Counts this near to the target are as good as equal; among them the shape nearest to the model's is taken.
    private const double Near = 0.01;

    /// <summary>Parameters of a model of this shape, and those that a sparsity s leaves: all - round(s prunable).</summary>
    public static (long All, long Kept) Parameters(RunConfig config, double sparsity)
    {
        long all = 0, prunable = 0;
        foreach (var (name, _, shape, role) in ParameterTable.Of(Shape(config, config.Model)))
        {
            all += shape.Count;
            if (role == ParameterRole.Prunable && InScope(name, config.Pruning.Scope)) prunable += shape.Count;
        }

        return (all, all - (long)Math.Round(sparsity * prunable));
    }

    /// <summary>
    /// Among d = heads, 2 heads, ... and d_ff with d_ff / d within a factor of 4 of the model's ratio: of the pairs whose
    /// parameter count is within 1 % of what the sparsity keeps the one with the ratio nearest to the model's; where there
    /// is none, the pair whose count is nearest.
    /// </summary>
    public static ModelConfig Find(RunConfig config, double sparsity)
    {
        var model = config.Model;
        long target = Parameters(config, sparsity).Kept;
        var best = (Distance: double.MaxValue, Skew: double.MaxValue, Dim: model.Dim, Hidden: model.MlpDim);
        for (int dim = model.Dim; dim >= model.Heads; dim -= model.Heads)
        {
            int least = Math.Max(1, (int)Math.Ceiling(dim * model.MlpRatio / RatioFactor));
            int most = Math.Max(least, (int)Math.Floor(dim * model.MlpRatio * RatioFactor));
            for (int hidden = least; hidden <= most; hidden++)
            {
                double distance = Math.Abs((double)Count(config, With(model, dim, hidden)) / target - 1);
                double skew = Math.Abs(Math.Log(hidden / (dim * model.MlpRatio)));
                distance = Math.Max(distance, Near);
                if (distance < best.Distance || (distance == best.Distance && skew < best.Skew))
                    best = (distance, skew, dim, hidden);
            }
        }

        return With(model, best.Dim, best.Hidden);
    }

    private static ModelConfig With(ModelConfig model, int dim, int hidden) =>
        model with { Dim = dim, MlpRatio = Math.Round((double)hidden / dim, 6) };

    private static long Count(RunConfig config, ModelConfig model) =>
        ParameterTable.Of(Shape(config, model)).Sum(p => (long)p.Shape.Count);

    private static VitShape Shape(RunConfig config, ModelConfig model)
    {
        var data = DatasetCatalog.Manifest(config.Data.Name);
        return VitShape.Of(model, data.Channels, data.Height, data.Width, data.Classes.Count);
    }

    private static bool InScope(string name, PruningScope scope) => scope switch
    {
        PruningScope.Attention => name.Contains(".attn.", StringComparison.Ordinal),
        PruningScope.Mlp => name.Contains(".mlp.", StringComparison.Ordinal),
        _ => true,
    };
}
