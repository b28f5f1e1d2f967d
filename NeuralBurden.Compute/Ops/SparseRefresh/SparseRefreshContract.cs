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
        var w = new SparseCase(source, rows, columns, columns);
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
            (_, t) => w.With(t[0], (device, matrix) =>
            {
                device.Copy(t[1], t[0]);
                device.SparseRefresh(matrix);
                device.SparseGemm(new(GemmForm.NT, t[2], matrix, t[4]));
                device.SparseGemm(new(GemmForm.NN, t[3], matrix, t[5]));
            }),
            new OpCost(0, 12 * w.Kept));
    }
}
