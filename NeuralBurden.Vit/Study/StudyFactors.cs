using System.Collections.Immutable;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// What tells the runs of a study apart, by config key. Method, sparsity, merging and length are always told; any
/// other key where a run departs from what the study gives to all runs of its method.
/// </summary>
public static class StudyFactors
{
    public const string Method = "pruning.method";

    /// <summary>0 for a dense run.</summary>
    public const string Sparsity = "pruning.sparsity";

    public const string Merge = "tokens.merge";

    /// <summary>Absent in a run that merges nothing.</summary>
    public const string Layer = "tokens.layer";

    /// <summary>Absent in a run that merges nothing.</summary>
    public const string R = "tokens.r";

    public const string Epochs = "train.epochs";

    /// <summary>No config key: the sparsity whose kept parameters a small dense network has.</summary>
    public const string Small = "small";

    /// <summary>The factors of every run, layer and r where it merges.</summary>
    public static ImmutableArray<string> Always { get; } = [Method, Sparsity, Merge, Layer, R, Epochs];

    /// <summary>The factors of a run.</summary>
    /// <param name="standard">What the study gives to all runs of the method: its base with the method's settings.</param>
    /// <param name="small">For a small dense network the sparsity whose parameters it has.</param>
    public static IReadOnlyDictionary<string, string> Of(RunConfig config, RunConfig standard, double? small)
    {
        var factors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // What is not read is at its default in the run, and is no departure.
        if (config.Pruning.Method == StudyGrid.Dense) standard = standard with { Pruning = config.Pruning };
        if (!config.Tokens.Merges) standard = standard with { Tokens = config.Tokens };
        var usual = ConfigFields.Of(standard).ToDictionary(f => f.Key, f => f.Get(standard));
        foreach (var field in ConfigFields.Of(config))
        {
            string text = field.Get(config);
            if (Always.Contains(field.Key))
                factors[field.Key] = text;
            else if (field.Key is not ("name" or "seed") && usual.GetValueOrDefault(field.Key) != text)
                factors[field.Key] = text;
        }

        if (config.Pruning.Method == StudyGrid.Dense) factors[Sparsity] = "0";
        if (!config.Tokens.Merges)
        {
            factors.Remove(Layer);
            factors.Remove(R);
        }

        if (small is not { } share) return factors;
        factors[Small] = ConfigFields.Find(Sparsity)!.Get(
            config with { Pruning = config.Pruning with { Sparsity = share } });
        factors.Remove("model.dim");
        factors.Remove("model.mlp_ratio");
        return factors;
    }
}
