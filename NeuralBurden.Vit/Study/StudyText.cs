using System.Globalization;
using System.Text;
using NeuralBurden.Vit.ConfigTable;

namespace NeuralBurden.Vit.Study;

/// <summary>The canonical text of the block <c>study:</c>; reading it gives the same study.</summary>
public static class StudyText
{
    /// <summary>The whole block.</summary>
    public static string ToYaml(StudyConfig study)
    {
        var yaml = new StringBuilder("study:\n");
        if (study.Seeds.Count > 0) yaml.Append("  seeds: ").Append(List(study.Seeds)).Append('\n');
        if (study.Silencing) yaml.Append("  silencing: true\n");
        yaml.Append(Settings(study));
        yaml.Append("  rows:\n");
        foreach (var row in study.Rows)
        {
            IEnumerable<string> parts =
            [
                .. row.Seeds.Count > 0 ? [$"seeds: {List(row.Seeds)}"] : (string[])[],
                .. row.Small.Count > 0 ? [$"small: {List(row.Small)}"] : (string[])[],
                .. row.Axes.Select(a => $"{a.Key}: [{string.Join(", ", a.Values.Select(v => Scalar(a.Key, v)))}]"),
            ];
            yaml.Append("    ").Append(row.Name).Append(": {").AppendJoin(", ", parts).Append("}\n");
        }

        return yaml.Append(study.Focus is { } focus ? Focus(focus) : "").ToString();
    }

    /// <summary>What the methods' runs get beyond the base; empty where there is nothing.</summary>
    public static string Settings(StudyConfig study)
    {
        var yaml = new StringBuilder(study.Settings.Count > 0 ? "  settings:\n" : "");
        foreach (var method in study.Settings.GroupBy(s => s.Method))
        {
            yaml.Append("    ").Append(method.Key).Append(": {")
                .AppendJoin(", ", method.Select(s => $"{s.Key}: {Scalar(s.Key, s.Text)}")).Append("}\n");
        }

        return yaml.ToString();
    }

    private static string Focus(StudyFocus focus) => string.Create(CultureInfo.InvariantCulture, $"""
          focus:
            method: {focus.Method}
            sparsity: {focus.Sparsity}
            epochs: {focus.Epochs}
            merge: {"{"}{string.Join(", ", focus.Merge.Select(m => $"{m.Key}: {Scalar(m.Key, m.Value)}"))}{"}"}
            plain: {focus.Plain}
            tests: [{string.Join(", ", focus.Tests)}]
            seeds: {List(focus.Seeds)}

        """).ReplaceLineEndings("\n");

    private static string List<T>(IReadOnlyList<T> items) =>
        $"[{string.Join(", ", items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}")))}]";

    private static string Scalar(string key, string value) => ConfigText.Scalar(ConfigFields.Find(key)!, value);
}
