using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>A kind of mask, and how products of it are measured.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Form">What the products read, on a device that has a choice.</param>
internal sealed record MaskPattern(string Name, SparseForm Form, Func<CaseSource, int, int, int, SparseCase> Draw)
{
    public static IReadOnlyList<MaskPattern> All { get; } =
    [
        NofM(2, 4),
        NofM(1, 4),
        NofM(1, 8),
        NofM(1, 16),
        new("90 %", SparseForm.Entries, (source, rows, columns, sum) => new SparseCase(source, rows, columns, sum, kept: 10)),
        new("90 % of 16 x 16", SparseForm.Panels, (source, rows, columns, sum) =>
            new SparseCase(source, rows, columns, sum, kept: 10, height: 16, width: 16)),
    ];

    private static MaskPattern NofM(int n, int group) => new(
        $"{n} of {group}",
        SparseForm.Entries,
        (source, rows, columns, sum) => SparseCase.NofM(n, group, source, rows, columns, sum));
}
