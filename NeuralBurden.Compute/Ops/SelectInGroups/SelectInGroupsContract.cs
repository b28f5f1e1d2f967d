using NeuralBurden.Compute.Ops.SelectInGroups;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SelectInGroupsContract : OpContract
{
    public override string Name => "SelectInGroups";

    public override string Formula => "bit i = 1 where |x[i]| is among the N largest of its M neighbours; ties by index";

    public override string NonFinite => "larger than all that is finite, and counted";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source)
    {
        int length = source.Pick(1, 2, 4, 5, 16, 64), keep = source.Int(0, length);
        var matrices = new List<(int Rows, int Columns)>();
        for (int i = source.Int(1, 4); i > 0; i--) matrices.Add((source.Extent(30), source.Extent(70)));
        // Few different values tie a lot.
        return Case(source, matrices, length, keep, source.Pick(0, 0, 3, 40));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(new CaseSource(3), [(7, 1), (1, 65), (40, 24)], 4, 2, 0);
        yield return Case(new CaseSource(4), [(3, 10), (64, 32)], 8, 0, 0);
        yield return Case(new CaseSource(5), [(5, 13)], 64, 1, 2);
        yield return Case([float.NaN, 1, float.NegativeInfinity, -2, 3, 3], [new(0, 2, 3, 1, 1)], 2, "not finite");
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        // The matrices of a block.
        int d = e.Dim, f = e.MlpDim;
        yield return Case(new CaseSource(19), [(3 * d, d), (d, d), (f, d), (d, f)], 4, 2, 0);
    }

    /// <param name="distinct">Different magnitudes; 0 for any.</param>
    private static OpCase Case(
        CaseSource source, IReadOnlyList<(int Rows, int Columns)> matrices, int length, int keep, int distinct)
    {
        var placed = new GroupedMatrix[matrices.Count];
        int end = 0;
        for (int i = 0; i < placed.Length; i++)
        {
            var (rows, columns) = matrices[i];
            placed[i] = new GroupedMatrix(end, rows, columns, keep, Math.Min(keep, columns % length));
            end = (end + (rows * columns) + 63) / 64 * 64;
        }

        float[] x = source.Floats(end, 0.02f);
        if (distinct > 0)
            for (int i = 0; i < x.Length; i++) x[i] = MathF.CopySign(source.Int(1, distinct), x[i]);
        string shapes = string.Join(", ", matrices.Select(m => $"{m.Rows} x {m.Columns}"));
        return Case(x, placed, length, $"{keep} of {length} in {shapes}, {distinct} magnitudes");
    }

    private static OpCase Case(float[] x, GroupedMatrix[] matrices, int length, string description) => new(
        description,
        [
            OpArgument.Input("x", new Shape(x.Length), x),
            OpArgument.IndexOutput("bits", new Shape(MaskWords.DeviceWordCount(x.Length))),
            OpArgument.IndexOutput("nonFinite", new Shape(1)),
        ],
        (device, t) => device.SelectInGroups(new(t[0], matrices, length, t[1], t[2])),
        new OpCost(0, 4L * x.Length));
}
