using System.Globalization;
using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// A study expanded into runs. Cells that come out equal are one run: the dense network, for one, belongs to every
/// method. Runs are ordered by seed first, so that a study stopped early has whole pairs.
/// </summary>
public sealed class StudyPlan
{
    private const string Dense = "dense";

    private readonly RunConfig _base;
    private readonly StudyConfig _study;
    private readonly Dictionary<string, StudyCell> _cells = [];
    private readonly Dictionary<double, ModelConfig> _small = [];

    private StudyPlan(RunConfig config, StudyConfig study) => (_base, _study) = (config, study);

    /// <summary>All runs, each once.</summary>
    public IReadOnlyList<StudyCell> Cells => [.. _cells.Values];

    /// <summary>Cells without their seeds.</summary>
    public int Points => _cells.Values.Select(c => c.Config.Name).Distinct().Count();

    /// <param name="config">The run that every cell starts from: its own method, sparsity and merging are put aside.</param>
    /// <exception cref="ConfigException">The grid has a hole; the exception names the key.</exception>
    public static StudyPlan Create(RunConfig config, StudyConfig study)
    {
        Require(study.Methods.Count > 0, "methods", "is empty; a study needs a pruning method");
        Require(study.Sparsities.Any(s => s > 0), "sparsities", "holds none above 0; a study needs one");
        Require(study.MergingKinds.Count == 0 || study.MergingR.Count > 0, "merging.r", "is empty; merging needs it");
        Require(
            study.ControlKinds.Count == 0 || study.ControlR.Count > 0, "controls.r", "is empty; controls need it");
        Subset("settings", [.. study.Settings.Select(s => s.Method)], [.. study.Methods, .. study.FrozenMethods]);
        Subset("merging.methods", study.MergingMethods, study.Methods);
        Subset("controls.methods", study.ControlMethods, study.Methods);
        Subset("frozen.gamma_zero", study.GammaZeroMethods, study.Methods);
        Subset("merging.sparsities", study.MergingSparsities, [0, .. study.Sparsities]);
        Subset("controls.sparsities", study.ControlSparsities, [0, .. study.Sparsities]);
        Subset("frozen.sparsities", study.FrozenSparsities, study.Sparsities);
        var plan = new StudyPlan(config, study);
        foreach (int seed in study.Seeds.Count > 0 ? study.Seeds : [config.Seed]) plan.AddSeed(seed);
        return plan;
    }

    private static void Require(bool holds, string key, string message)
    {
        if (!holds) throw new ConfigException($"study.{key}", message);
    }

    private static void Subset<T>(string key, IReadOnlyList<T> part, IReadOnlyList<T> whole)
    {
        foreach (var item in part)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{item} is not in the study; allowed: ");
            Require(whole.Contains(item), key, text + string.Join(
                ", ", whole.Distinct().Select(w => string.Create(CultureInfo.InvariantCulture, $"{w}"))));
        }
    }

    private void AddSeed(int seed)
    {
        var sparsities = _study.Sparsities.Where(s => s > 0).Order().ToList();
        Add(StudyRole.Dense, seed, Dense, 0);
        foreach (string method in _study.Methods)
        {
            foreach (double s in sparsities) Add(StudyRole.Pruned, seed, method, s);
        }

        var mergeAt = Or(_study.MergingSparsities, [0, .. sparsities]);
        var mergeWith = Or(_study.MergingMethods, _study.Methods);
        AddMerges(StudyRole.Merged, seed, _study.MergingKinds, _study.MergingR, mergeAt, mergeWith);
        AddMerges(
            StudyRole.MergeControl,
            seed,
            _study.ControlKinds,
            _study.ControlR,
            Or(_study.ControlSparsities, mergeAt),
            Or(_study.ControlMethods, mergeWith));
        foreach (double s in _study.SmallDense.Order()) Add(StudyRole.SmallDense, seed, Dense, s);
        var frozenAt = Or(_study.FrozenSparsities, sparsities).Where(s => s > 0).Order().ToList();
        foreach (string method in _study.FrozenMethods)
        {
            foreach (double s in frozenAt) Add(StudyRole.Frozen, seed, method, s);
        }

        foreach (string method in _study.GammaZeroMethods)
        {
            foreach (double s in frozenAt) Add(StudyRole.GammaZero, seed, method, s);
        }
    }

    private void AddMerges(
        StudyRole role,
        int seed,
        IReadOnlyList<string> kinds,
        IReadOnlyList<TokenQuantity> amounts,
        IReadOnlyList<double> sparsities,
        IReadOnlyList<string> methods)
    {
        foreach (string kind in kinds)
        {
            foreach (var r in amounts)
            {
                foreach (double s in sparsities.Order())
                {
                    foreach (string method in s > 0 ? methods : [Dense]) Add(role, seed, method, s, kind, r);
                }
            }
        }
    }

    private void Add(
        StudyRole role,
        int seed,
        string method,
        double sparsity,
        string merge = TokensConfig.None,
        TokenQuantity r = default)
    {
        var config = _base with
        {
            Seed = seed,
            Tokens = _base.Tokens with { Merge = merge, R = r.Amount > 0 ? r : _base.Tokens.R },
            Pruning = Pruning(role, method, sparsity),
            // The causal check compares the units of one network; the networks that merge or control add nothing to it.
            Burden = _base.Burden with
            {
                Silencing = _base.Burden.Silencing && role is (StudyRole.Dense or StudyRole.Pruned),
            },
            Model = role == StudyRole.SmallDense ? Small(sparsity) : _base.Model,
        };
        foreach (var setting in _study.Settings.Where(s => s.Method == method))
            config = ConfigFields.Find(setting.Key)!.Set(config, setting.Text);
        string name = $"{_base.Name}-{Label(role, method, sparsity, merge, r)}";
        config = ConfigFields.Find("name")!.Set(config, name);
        _cells.TryAdd(ConfigText.RunId(config), new StudyCell(role, method, sparsity, merge, r, config));
    }

    private ModelConfig Small(double sparsity) => _small.TryGetValue(sparsity, out var known)
        ? known
        : _small[sparsity] = SmallDenseShape.Find(_base, sparsity);

    // A dense run has no pruning settings, so that it is the same run whatever method the base names.
    private PruningConfig Pruning(StudyRole role, string method, double sparsity)
    {
        if (method == Dense) return new PruningConfig { Scope = _base.Pruning.Scope };
        bool own = _base.Pruning.Method == method;
        var parameters = own ? _base.Pruning.Parameters : MethodParameters.Empty;
        if (role == StudyRole.GammaZero) parameters = parameters.With("gamma", "0");
        var pruning = _base.Pruning with { Method = method, Sparsity = sparsity, Parameters = parameters };
        // A mask that never changes has times of its own: those of the base are for methods that update it.
        return role != StudyRole.Frozen
            ? pruning
            : pruning with { Start = null, End = null, Stop = null, UpdateEvery = null };
    }

    private static string Label(StudyRole role, string method, double sparsity, string merge, TokenQuantity r)
    {
        string head = role switch
        {
            StudyRole.SmallDense => "small",
            StudyRole.GammaZero => $"{method}-gamma0",
            _ => method,
        };
        string at = sparsity > 0 ? string.Create(CultureInfo.InvariantCulture, $"-s{sparsity}") : "";
        string tokens = r.IsShare ? string.Create(CultureInfo.InvariantCulture, $"{r.Amount}") : $"{r}";
        return head + at + (merge == TokensConfig.None ? "" : $"-{merge}-r{tokens}");
    }

    private static IReadOnlyList<T> Or<T>(IReadOnlyList<T> given, IReadOnlyList<T> otherwise) =>
        given.Count > 0 ? given : otherwise;
}
