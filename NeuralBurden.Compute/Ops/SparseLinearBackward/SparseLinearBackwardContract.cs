using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SparseLinearBackwardContract : OpContract
{
    public override string Name => "SparseLinearBackward";

    public override string Formula => "dX = dY W, dW[o,i] = sampled and pruned ? 0 : sum_t dY[t,o] X[t,i], db[o] = sum_t dY[t,o]";

    public override Tolerance Tolerance => new(6e-6, 4e-6);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(150), source.Extent(40), source.Extent(150));

    public override IEnumerable<OpCase> EdgeCases()
    {
        // More tiles than groups, several chunks and blocks, tails, and no tokens.
        (int M, int Rows, int Columns)[] shapes = [(1300, 9, 17), (70, 520, 30), (64, 8, 8), (1, 1, 1), (0, 3, 5)];
        ulong seed = 83;
        foreach (var (m, rows, columns) in shapes)
        {
            for (int i = 0; i < 3; i++) yield return Draw(new CaseSource(seed++), m, rows, columns);
        }
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        // Layers that no fused MLP holds.
        [One("qkv", e.Rows, 3 * e.Dim, e.Dim), One("proj", e.Rows, e.Dim, e.Dim)];

    /// <summary>A layer of a training step; <paramref name="kept"/> in percent.</summary>
    internal static OpCase One(string place, int m, int rows, int columns, int kept = 10)
    {
        var source = new CaseSource(9);
        var w = new SparseCase(source, rows, columns, rows, kept);
        return Case(source, m, w, sampled: true) with { Place = place };
    }

    private static OpCase Draw(CaseSource source, int m, int rows, int columns)
    {
        var w = new SparseCase(source, rows, columns, rows);
        return Case(source, m, w, source.Pick(true, false));
    }

    private static OpCase Case(CaseSource source, int m, SparseCase w, bool sampled)
    {
        var (rows, columns) = (w.Rows, w.Columns);
        Shape dy = new(m, rows), x = new(m, columns), dw = new(rows, columns);
        var once = SparseGemmContract.CostOf(m, rows, columns, w.Kept);
        return new OpCase(
            $"m {m}, {w.Description}, sampled {sampled}",
            [
                OpArgument.Input("dy", dy, source.Floats(dy.Count)),
                OpArgument.Input("x", x, source.Floats(x.Count, 1 / MathF.Sqrt(Math.Max(1, m)))),
                w.Argument,
                OpArgument.Output("dx", x),
                OpArgument.Output("dw", dw),
                OpArgument.Output("dbias", new Shape(rows)),
            ],
            (device, t) => device.SparseLinearBackward(new(t[0], t[1], t.Sparse(2), t[3], t[4], sampled, t[5])),
            once + once);
    }
}
