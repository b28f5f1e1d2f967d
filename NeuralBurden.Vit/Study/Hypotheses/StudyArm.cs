using System.Globalization;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>
/// One arm of a comparison: what runs that differ in their seed alone share, as factors by config key. Two arms are the
/// same when their factors are; keys that only say what is measured (<c>burden.</c>) do not count.
/// </summary>
public sealed class StudyArm : IEquatable<StudyArm>
{
    private const string Tokens = "tokens.", Burden = "burden.", Gamma = "pruning.parameters.gamma";

    private readonly SortedDictionary<string, string> _factors;
    private readonly string _key;

    private StudyArm(IEnumerable<KeyValuePair<string, string>> factors)
    {
        _factors = new(StringComparer.Ordinal);
        foreach (var (key, text) in factors) _factors[key] = text;
        _key = string.Join('\n', _factors.Select(f => $"{f.Key}={f.Value}"));
    }

    public string Method => _factors[StudyFactors.Method];

    public double Sparsity => double.Parse(_factors[StudyFactors.Sparsity], CultureInfo.InvariantCulture);

    public int Epochs => int.Parse(_factors[StudyFactors.Epochs], CultureInfo.InvariantCulture);

    public string Merge => _factors[StudyFactors.Merge];

    public bool Merges => Merge != TokensConfig.None;

    public bool IsDense => Method == StudyGrid.Dense;

    /// <summary>For a small dense network the sparsity whose kept parameters it has; else null.</summary>
    public double? SmallFor => _factors.TryGetValue(StudyFactors.Small, out string? share)
        ? double.Parse(share, CultureInfo.InvariantCulture)
        : null;

    public bool IsSmall => SmallFor is not null;

    /// <summary>Whether it departs in nothing from its method as the study runs it, merging aside.</summary>
    public bool IsStandard =>
        !_factors.Keys.Any(k => !StudyFactors.Always.Contains(k) && !k.StartsWith(Tokens, StringComparison.Ordinal));

    /// <summary>The factors of the merge, with those that departures give it; empty without one.</summary>
    public IReadOnlyDictionary<string, string> MergeFactors =>
        Merges ? _factors.Where(f => f.Key.StartsWith(Tokens, StringComparison.Ordinal)).ToDictionary() : [];

    /// <summary>The same without a merge.</summary>
    public StudyArm Unmerged => new([.. Without(Tokens), new(StudyFactors.Merge, TokensConfig.None)]);

    /// <summary>In words, such as <c>pdwp 98 %, single-pass 25% at layer 3</c>; the length is left to the reader.</summary>
    public string Name => string.Join(", ", Words());

    public static StudyArm Of(StudyRun run) =>
        new(run.Factors.Where(f => !f.Key.StartsWith(Burden, StringComparison.Ordinal)));

    /// <summary>A method as the study runs it, unmerged.</summary>
    public static StudyArm Of(string method, double sparsity, int epochs) => new(
    [
        new(StudyFactors.Method, method),
        new(StudyFactors.Sparsity, Text(method == StudyGrid.Dense ? 0 : sparsity)),
        new(StudyFactors.Merge, TokensConfig.None),
        new(StudyFactors.Epochs, epochs.ToString(CultureInfo.InvariantCulture)),
    ]);

    public static StudyArm Dense(int epochs) => Of(StudyGrid.Dense, 0, epochs);

    /// <summary>The dense network with as many parameters as a sparsity keeps.</summary>
    public static StudyArm Small(double sparsity, int epochs) => Dense(epochs).With(StudyFactors.Small, Text(sparsity));

    /// <summary>The same with this merge in place of its own.</summary>
    public StudyArm Merged(IReadOnlyDictionary<string, string> merge) => new([.. Without(Tokens), .. merge]);

    /// <summary>The same with another kind of merge at the same layer and amount.</summary>
    public StudyArm MergedBy(string kind) => With(StudyFactors.Merge, kind);

    /// <summary>The same with pruned weights that receive no gradient.</summary>
    public StudyArm GammaZero => With(Gamma, "0");

    public StudyArm At(double sparsity) => With(StudyFactors.Sparsity, Text(sparsity));

    public StudyArm Lasting(int epochs) => With(StudyFactors.Epochs, epochs.ToString(CultureInfo.InvariantCulture));

    public bool Equals(StudyArm? other) => other is not null && _key == other._key;

    public override bool Equals(object? other) => Equals(other as StudyArm);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;

    private StudyArm With(string key, string text) => new([.. _factors.Where(f => f.Key != key), new(key, text)]);

    private IEnumerable<KeyValuePair<string, string>> Without(string prefix) =>
        _factors.Where(f => !f.Key.StartsWith(prefix, StringComparison.Ordinal));

    private IEnumerable<string> Words()
    {
        yield return IsSmall ? $"small dense for {Percent(_factors[StudyFactors.Small])}"
            : IsDense ? Method
            : $"{Method} {Percent(_factors[StudyFactors.Sparsity])}";
        if (Merges)
        {
            yield return $"{Merge} {_factors.GetValueOrDefault(StudyFactors.R)} "
                + (_factors.GetValueOrDefault(StudyFactors.Layer) is "0" or null
                    ? "before block 1"
                    : $"at layer {_factors[StudyFactors.Layer]}");
        }

        foreach (var (key, text) in _factors)
        {
            if (key == Gamma) yield return $"\u03b3 = {text}";
            else if (!StudyFactors.Always.Contains(key) && key != StudyFactors.Small)
                yield return $"{key[(key.LastIndexOf('.') + 1)..]} {text}";
        }
    }

    private static string Percent(string share) =>
        ReportText.Percent(double.Parse(share, CultureInfo.InvariantCulture), "0.##") + " %";

    private static string Text(double share) => share.ToString("R", CultureInfo.InvariantCulture);
}
