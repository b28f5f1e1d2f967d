using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>Checked through products: the values are not visible themselves.</summary>
public sealed class SparseRefreshContract : OpContract
{
    public override string Name => "SparseRefresh";

    public override string Formula => "values[k] = W[row k, column k], in both orders of entries";

    public override Tolerance Tolerance => new(4e-6, 2e-6);

    public override OpCase Generate(CaseSource source)
    {
        int rows = source.Extent(40), columns = source.Extent(150);
        return Case(source, new SparseCase(source, rows, columns, columns));
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(9);
        yield return Case(source, new SparseCase(source, e.MlpDim, e.Dim, e.Dim, kept: 10)) with { Place = "fc1" };
    }

    private static OpCase Case(CaseSource source, SparseCase w)
    {
        var (rows, columns) = (w.Rows, w.Columns);
        float[] later = [.. w.Values.Select(v => (v * 1.5f) - (v * v))];
        Shape shape = new(rows, columns), ones = new(1, columns), outputs = new(1, rows);
        return new OpCase(
            w.Description,
            [
                w.Argument,
                OpArgument.Input("w later", shape, later),
                OpArgument.Input("x", ones, source.Floats(columns)),
                OpArgument.Input("dy", outputs, source.Floats(rows)),
                OpArgument.Output("y", outputs),
                OpArgument.Output("dx", ones),
            ],
            (device, t) =>
            {
                device.Copy(t[1], t[0]);
                device.SparseRefresh(t.Sparse(0));
            },
            new OpCost(0, (8 * shape.Count) + (12 * w.Kept)))
        {
            AlsoChecked = (device, t) =>
            {
                device.SparseGemm(new(GemmForm.NT, t[2], t.Sparse(0), t[4]));
                device.SparseGemm(new(GemmForm.NN, t[3], t.Sparse(0), t[5]));
            },
        };
    }
}
