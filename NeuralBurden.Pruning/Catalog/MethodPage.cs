using System.Globalization;
using NeuralBurden.Pruning.Presets;

namespace NeuralBurden.Pruning.Catalog;

/// <summary>
/// All that is to be said about a method, in one form: what <c>nb methods NAME</c> prints and docs/methods.md holds.
/// </summary>
public static class MethodPage
{
    /// <summary>Headings with their texts, in order; every method has all of them.</summary>
    public static IReadOnlyList<(string Heading, string Text)> Of(MethodPreset preset) =>
    [
        ("Rule", preset.Rule),
        ("Masks change", Changes(preset)),
        ("A pruned weight", preset.Pruned),
        ("One that returns", preset.Returning),
        ("Defaults", Defaults(preset)),
        ("Source", preset.Source),
        ("Differs from it", preset.Scaled),
    ];

    private static string Changes(MethodPreset preset)
    {
        var (start, end, stop, every) = preset.Timing;
        return $"from {start} of training on, every {every} until {stop}; target sparsity at {end}";
    }

    private static string Defaults(MethodPreset preset)
    {
        string sparsity = (preset.Sparsity * 100).ToString("0.##", CultureInfo.InvariantCulture);
        string[] all =
        [
            $"sparsity {sparsity} %", $"distribution {preset.Distribution}",
            .. preset.Parameters.Select(parameter => $"{parameter.Name} {parameter.Default}"),
        ];
        return string.Join(", ", all);
    }
}
