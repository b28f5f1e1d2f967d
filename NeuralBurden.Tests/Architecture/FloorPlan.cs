using System.Reflection;

namespace NeuralBurden.Tests.Architecture;

/// <summary>
/// The floors of the projects, lowest first: a folder uses folders of lower floors and of its own project's below, never
/// those beside or above it. <c>docs/architecture.md</c> shows the same table, top floor first.
/// </summary>
/// <param name="Place">A project, or a folder of one whose own folders have floors.</param>
/// <param name="Floors">Folders by floor; <see cref="Itself"/> is what lies in the place and in none of its folders.</param>
internal sealed record FloorPlan(string Place, string[][] Floors)
{
    public const string Itself = "(itself)";

    public static IReadOnlyList<FloorPlan> All { get; } =
    [
        new("Compute",
        [
            ["Tensors", "Rng"],
            ["Sparse"],
            ["Simd", "GpuParts"],
            ["Ops"],
            ["Devices"],
            ["Contracts"],
            ["Benchmarks"],
        ]),
        new("Pruning",
        [
            ["Errors", "Masks", "Counting"],
            ["Tensors", "Schedules"],
            ["State"],
            ["Criteria", "Distributions", "Patterns"],
            ["Selection"],
            ["Methods"],
            [Itself, "Presets"],
            ["Catalog"],
        ]),
        new("Vit",
        [
            ["Settings", "Files", "Distributed"],
            ["Formats", "Imaging", "Judging"],
            ["Model", "Data"],
            ["Burden", "ConfigTable", "Shrinking"],
            ["Runs", "Interchange"],
            ["Sparsity", "Reports"],
            ["Training", "Study"],
            ["Benchmarks", "Inference", "OneShot"],
        ]),
        new("Vit.Data", [["Generators", "Storage"], [Itself], ["Augmentation", "Fetching", "Import"]]),
        new("Vit.Study", [[Itself, "Statistics"], ["Hypotheses"], ["Report"], ["Storage"]]),
        new("Cli",
        [
            ["Output"],
            ["Config", "Benchmarks"],
            ["Running"],
            ["Study", "Sweeps"],
            ["Schemas", "Options"],
            ["Commands"],
            [Itself],
        ]),
    ];

    public Assembly Assembly => Assembly.Load(Place.Split('.')[0] is "Cli" ? "nb" : $"NeuralBurden.{Place.Split('.')[0]}");

    public string Namespace => $"NeuralBurden.{Place}";

    /// <summary>Regular expression of the namespaces of a folder.</summary>
    public string Pattern(string folder) =>
        folder == Itself ? $"^{Namespace.Replace(".", @"\.")}$" : $@"^{Namespace.Replace(".", @"\.")}\.{folder}(\.|$)";

    /// <summary>What stands for a folder where something depends on it: its namespace, or the types by name.</summary>
    public IEnumerable<string> Names(string folder) => folder == Itself
        ? Assembly.GetTypes().Where(t => t.Namespace == Namespace && !t.IsNested).Select(t => t.FullName!)
        : [$"{Namespace}.{folder}"];

    /// <summary>The plan as a reader sees it, top floor first.</summary>
    public string Picture() => string.Join('\n',
        [$"NeuralBurden.{Place}", .. Floors.Reverse().Select(floor => "    " + string.Join(" | ", floor))]);
}
