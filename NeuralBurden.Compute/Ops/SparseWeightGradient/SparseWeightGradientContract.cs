using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SparseWeightGradientContract : OpContract
{
    public override string Name => "SparseWeightGradient";

    public override string Formula => "dW[o,i] = kept ? sum_t dY[t,o] X[t,i] : 0";

    public override Tolerance Tolerance => new(4e-6, 2e-6);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(150), source.Extent(40), source.Extent(150));

    public override IEnumerable<OpCase> EdgeCases()
    {
        // More tiles than groups, several chunks, tails, and no tokens.
        (int M, int Rows, int Columns)[] shapes = [(1300, 9, 17), (70, 5, 300), (64, 8, 8), (1, 1, 1), (0, 3, 5)];
        ulong seed = 57;
        foreach (var (m, rows, columns) in shapes)
        {
            for (int i = 0; i < 3; i++) yield return Draw(new CaseSource(seed++), m, rows, columns);
        }
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
    [
        One("fc1 dW", e.Rows, e.MlpDim, e.Dim),
        One("fc2 dW", e.Rows, e.Dim, e.MlpDim),
    ];

    /// <summary>A layer of a training step; <paramref name="kept"/> in percent.</summary>
    internal static OpCase One(string place, int m, int rows, int columns, int kept = 10) =>
        Draw(new CaseSource(9), m, rows, columns, kept) with { Place = place };

    private static OpCase Draw(CaseSource source, int m, int rows, int columns, int? kept = null)
    {
        var w = new SparseCase(source, rows, columns, columns, kept);
        Shape dy = new(m, rows), x = new(m, columns), dw = new(rows, columns);
        return new OpCase(
            $"m {m}, {w.Description}",
            [
                OpArgument.Input("dy", dy, source.Floats(dy.Count)),
                OpArgument.Input("x", x, source.Floats(x.Count, 1 / MathF.Sqrt(Math.Max(1, m)))),
                w.Argument,
                OpArgument.Output("dw", dw),
            ],
            (device, t) => device.SparseWeightGradient(new(t[0], t[1], t.Sparse(2), t[3])),
            SparseGemmContract.CostOf(m, rows, columns, w.Kept));
    }
}
