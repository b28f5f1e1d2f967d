using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>A way to train the same model: with or without pruning, with or without merging.</summary>
/// <param name="Name">As reports and <c>--cases</c> name it.</param>
/// <param name="Method">Of the pruning catalogue.</param>
/// <param name="Merges">One merge of <see cref="WorkloadModel.MergedTokens"/> tokens in block 1.</param>
/// <param name="DenseKernels">Masked weights are multiplied by dense kernels: sparsity is simulated.</param>
public sealed record WorkloadCase(string Name, string Method, bool Merges, bool DenseKernels)
{
    private const string MergeSuffix = "+merge";

    // Of the training that a period given as a share of it is taken from.
    private const int UsualSteps = 10_000;

    /// <summary>
    /// <c>dense</c>; <c>masked</c>, a fixed 90 % mask re-applied after every step, by dense kernels; <c>pdwp90</c>,
    /// with the dense gradient that the method needs; <c>masked-gradient90</c>, a method (SET) that needs the gradient
    /// at kept weights only; each also with <c>+merge</c>. And masks in patterns, fixed from the first step: <c>nm-2-4</c>,
    /// <c>nm-1-8</c>, and <c>block16-90</c>, 16 x 16 blocks at 90 %.
    /// </summary>
    public static IReadOnlyList<WorkloadCase> All { get; } = [.. Plain, .. Plain.Select(WithMerge), .. Patterns];

    public bool IsPruned => Method != "dense";

    /// <summary>Share of zeros among prunable weights.</summary>
    public double Sparsity { get; init; } = 0.9;

    public MethodParameters Parameters { get; init; } = MethodParameters.Empty;

    /// <summary>Whether masks are renewed while it is measured, as the method does; else the first step's stay.</summary>
    public bool MovesMasks { get; init; } = true;

    /// <summary>Weights that are kept or pruned together: a matrix's sparsity is a multiple of their share.</summary>
    public int Unit { get; init; } = 1;

    /// <summary>Steps between mask updates in a run with the method's defaults.</summary>
    public int UpdateEvery => MethodCatalog.BuiltIn.Find(Method).Timing.Every.Resolve(UsualSteps, "pruning.update_every");

    private static WorkloadCase[] Plain =>
    [
        new("dense", "dense", false, true),
        new("masked", "static-random", false, true),
        new("pdwp90", "pdwp", false, false),
        new("masked-gradient90", "set", false, false),
    ];

    private static WorkloadCase[] Patterns =>
    [
        NofM("nm-2-4", 2, 4),
        NofM("nm-1-8", 1, 8),
        new("block16-90", "block", false, false)
        {
            Parameters = MethodParameters.Empty.With("block_rows", "16").With("block_columns", "16"),
            Unit = 16 * 16,
            MovesMasks = false,
        },
    ];

    /// <summary>Cases by name, in the order of <see cref="All"/>; all of them for an empty list.</summary>
    /// <exception cref="ArgumentException">A name is not known; the message lists those that are.</exception>
    public static IReadOnlyList<WorkloadCase> Choose(IReadOnlyCollection<string> names)
    {
        string? unknown = names.FirstOrDefault(n => All.All(c => c.Name != n));
        if (unknown is not null)
        {
            throw new ArgumentException(
                $"there is no case '{unknown}'; allowed: {string.Join(", ", All.Select(c => c.Name))}");
        }

        return names.Count == 0 ? All : [.. All.Where(c => names.Contains(c.Name))];
    }

    public override string ToString() => Name;

    private static WorkloadCase NofM(string name, int n, int m) => new(name, "nm-2-4", false, false)
    {
        Sparsity = 1 - ((double)n / m),
        MovesMasks = false,
        Parameters = MethodParameters.Empty.With("n", $"{n}").With("m", $"{m}"),
    };

    private static WorkloadCase WithMerge(WorkloadCase plain) =>
        plain with { Name = plain.Name + MergeSuffix, Merges = true };
}
