using System.Collections.Immutable;
using System.Text;
using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>The table of all keys of the block <c>study:</c>, in the order in which they are written.</summary>
public static class StudyFields
{
    public static ImmutableArray<StudyField> All { get; } =
    [
        Methods("methods", "Pruning methods under study.", s => s.Methods, (s, v) => s with { Methods = v }),
        Sparsities(
            "sparsities",
            "Target sparsities; the dense network, 0, is always there.",
            s => s.Sparsities,
            (s, v) => s with { Sparsities = v }),
        new TypedStudyField<int>(
            "seeds",
            "seed",
            "Seeds of every cell; a verdict needs three.",
            c => c.Seed,
            (c, v) => c with { Seed = v },
            s => s.Seeds,
            (s, v) => s with { Seeds = v }),
        Merges("merging.kinds", "Token merging under study.", s => s.MergingKinds, (s, v) => s with { MergingKinds = v }),
        Quantities("merging.r", "Tokens that it removes.", s => s.MergingR, (s, v) => s with { MergingR = v }),
        Sparsities(
            "merging.sparsities",
            "Where merging is tried; all by default.",
            s => s.MergingSparsities,
            (s, v) => s with { MergingSparsities = v }),
        Methods(
            "merging.methods",
            "Methods that it is tried with, besides the dense network; all by default.",
            s => s.MergingMethods,
            (s, v) => s with { MergingMethods = v }),
        Merges(
            "controls.kinds", "Mergings to compare with.", s => s.ControlKinds, (s, v) => s with { ControlKinds = v }),
        Quantities("controls.r", "Tokens that they remove.", s => s.ControlR, (s, v) => s with { ControlR = v }),
        Sparsities(
            "controls.sparsities",
            "Where they are run; where merging is by default.",
            s => s.ControlSparsities,
            (s, v) => s with { ControlSparsities = v }),
        Methods(
            "controls.methods",
            "Methods that they are run with, besides the dense network; those of merging by default.",
            s => s.ControlMethods,
            (s, v) => s with { ControlMethods = v }),
        Sparsities(
            "small_dense",
            "Sparsities whose kept parameters small dense networks have.",
            s => s.SmallDense,
            (s, v) => s with { SmallDense = v },
            above: 0),
        Methods(
            "frozen.methods",
            "Methods with a mask that never changes once set.",
            s => s.FrozenMethods,
            (s, v) => s with { FrozenMethods = v }),
        Methods(
            "frozen.gamma_zero",
            "Methods of the study to run again without gradients for pruned weights.",
            s => s.GammaZeroMethods,
            (s, v) => s with { GammaZeroMethods = v }),
        Sparsities(
            "frozen.sparsities",
            "Where these are run; all sparsities by default.",
            s => s.FrozenSparsities,
            (s, v) => s with { FrozenSparsities = v },
            above: 0),
    ];

    /// <summary>The key of settings by method, which takes a mapping and is no list.</summary>
    public const string SettingsKey = "settings";

    /// <summary>What <see cref="SettingsKey"/> means.</summary>
    public const string SettingsDocumentation = "Keys under 'pruning.' that single methods are run with, by method.";

    /// <summary>Groups of keys: <c>merging</c>, <c>controls</c>, <c>frozen</c>.</summary>
    public static ImmutableArray<string> Sections { get; } =
        [.. All.Select(f => f.Key.Split('.')).Where(p => p.Length > 1).Select(p => p[0]).Distinct()];

    public static StudyField? Find(string key) => All.FirstOrDefault(f => f.Key == key);

    /// <summary>The block as YAML, only what is set.</summary>
    public static string ToYaml(StudyConfig study)
    {
        var yaml = new StringBuilder("study:\n");
        string section = "";
        foreach (var field in All)
        {
            var items = field.Get(study);
            if (items.Count == 0) continue;
            string[] path = field.Key.Split('.');
            if (path.Length > 1 && path[0] != section) yaml.Append("  ").Append(path[0]).Append(":\n");
            section = path.Length > 1 ? path[0] : "";
            yaml.Append(' ', 2 * path.Length).Append(path[^1]).Append(": [").AppendJoin(", ", items).Append("]\n");
        }

        if (study.Settings.Count > 0) yaml.Append("  settings:\n");
        foreach (var method in study.Settings.GroupBy(s => s.Method))
        {
            yaml.Append("    ").Append(method.Key).Append(": {")
                .AppendJoin(", ", method.Select(s => $"{s.Key}: {s.Text}")).Append("}\n");
        }

        return yaml.ToString();
    }

    private static TypedStudyField<string> Methods(
        string key,
        string documentation,
        Func<StudyConfig, IReadOnlyList<string>> get,
        Func<StudyConfig, IReadOnlyList<string>, StudyConfig> set) =>
        new(
            key,
            "pruning.method",
            documentation,
            c => c.Pruning.Method,
            (c, v) => c with { Pruning = c.Pruning with { Method = v } },
            get,
            set,
            v => v == "dense" ? "is in every study already; allowed: methods that prune" : null);

    private static TypedStudyField<double> Sparsities(
        string key,
        string documentation,
        Func<StudyConfig, IReadOnlyList<double>> get,
        Func<StudyConfig, IReadOnlyList<double>, StudyConfig> set,
        double above = -1) =>
        new(
            key,
            "pruning.sparsity",
            documentation,
            c => c.Pruning.Sparsity ?? throw new ConfigException($"study.{key}", "'auto' is not a number; allowed: 0 to 1"),
            (c, v) => c with { Pruning = c.Pruning with { Sparsity = v } },
            get,
            set,
            v => v >= 1 || v <= above ? $"is out of range; allowed: {(above < 0 ? "0 to" : "above 0,")} below 1" : null);

    private static TypedStudyField<string> Merges(
        string key,
        string documentation,
        Func<StudyConfig, IReadOnlyList<string>> get,
        Func<StudyConfig, IReadOnlyList<string>, StudyConfig> set) =>
        new(
            key,
            "tokens.merge",
            documentation,
            c => c.Tokens.Merge,
            (c, v) => c with { Tokens = c.Tokens with { Merge = v } },
            get,
            set,
            v => v == TokensConfig.None ? "is in every study already; allowed: kinds that merge" : null);

    private static TypedStudyField<TokenQuantity> Quantities(
        string key,
        string documentation,
        Func<StudyConfig, IReadOnlyList<TokenQuantity>> get,
        Func<StudyConfig, IReadOnlyList<TokenQuantity>, StudyConfig> set) =>
        new(
            key,
            "tokens.r",
            documentation,
            c => c.Tokens.R,
            (c, v) => c with { Tokens = c.Tokens with { R = v } },
            get,
            set,
            v => v.Amount <= 0 ? "merges nothing, which is in every study already; allowed: above 0" : null);
}
