using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SparseGemmContract : OpContract
{
    public override string Name => "SparseGemm";

    public override string Formula => "Y = epilogue(X W^T) or epilogue(X W), over the kept weights of W alone";

    public override string Aliasing => "Y may be the residual of BiasResidual; nothing else may overlap";

    public override string NonFinite =>
        "a non-finite input makes those outputs non-finite that keep a weight for it, and no others";

    public override Tolerance Tolerance => new(4e-6, 2e-6);

    /// <summary>Multiply-adds and bytes of one product with M rows and <paramref name="kept"/> weights.</summary>
    public static OpCost CostOf(long m, long n, long k, long kept) => new(m * kept, 4 * ((m * k) + (m * n) + (2 * kept)));

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(150), source.Extent(70), source.Extent(300));

    public override IEnumerable<OpCase> EdgeCases()
    {
        // Tails of token tiles, output groups and chunks; a sum over several blocks; no tokens.
        (int M, int N, int K)[] shapes = [(130, 48, 16), (64, 16, 129), (65, 31, 600), (1, 1, 1), (63, 17, 257), (0, 4, 4)];
        ulong seed = 91;
        foreach (var (m, n, k) in shapes)
        {
            for (int i = 0; i < 5; i++) yield return Draw(new CaseSource(seed++), m, n, k);
        }

        // Blocks of which devices skip the empty ones, beyond one tile.
        foreach (var form in (GemmForm[])[GemmForm.NT, GemmForm.NN])
        {
            var source = new CaseSource(seed++);
            var blocks = new SparseCase(source, 96, 112, 96, kept: 10, height: 16, width: 16);
            yield return Case(source, form, 70, EpilogueKind.Bias, blocks);
        }
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        int m = e.Rows, d = e.Dim, f = e.MlpDim;
        yield return One("qkv", GemmForm.NT, m, 3 * d, d);
        yield return One("fc1", GemmForm.NT, m, f, d);
        yield return One("fc2", GemmForm.NT, m, d, f);
        yield return One("fc1 dX", GemmForm.NN, m, f, d);
        yield return One("fc2 dX", GemmForm.NN, m, d, f);
        yield return One("fc1 95 %", GemmForm.NT, m, f, d, kept: 5);
        yield return One("fc2 95 %", GemmForm.NT, m, d, f, kept: 5);
        yield return One("fc1 16x1", GemmForm.NT, m, f, d, height: 16);
        yield return One("fc2 16x1", GemmForm.NT, m, d, f, height: 16);
        yield return One("fc1 dX 1x8", GemmForm.NN, m, f, d, width: 8);
        yield return One("fc2 dX 1x8", GemmForm.NN, m, d, f, width: 8);
    }

    /// <summary>A product of a training step without an epilogue; <paramref name="kept"/> in percent.</summary>
    internal static OpCase One(
        string place, GemmForm form, int m, int rows, int columns, int kept = 10, int height = 1, int width = 1)
    {
        var source = new CaseSource(9);
        var w = new SparseCase(source, rows, columns, columns, kept, height, width);
        return Case(source, form, m, EpilogueKind.None, w) with { Place = place };
    }

    private static OpCase Draw(CaseSource source, int m, int n, int k)
    {
        var form = source.Pick(GemmForm.NT, GemmForm.NN);
        var kind = source.Pick(
            EpilogueKind.None, EpilogueKind.Bias, EpilogueKind.BiasGelu, EpilogueKind.BiasResidual, EpilogueKind.GeluGradient);
        var (rows, columns) = form == GemmForm.NT ? (n, k) : (k, n);
        var w = source.Int(0, 3) > 0
            ? new SparseCase(source, rows, columns, k)
            : SparseCase.NofM(source.Int(1, 2), source.Pick(4, 8, 16), source, rows, columns, k);
        return Case(source, form, m, kind, w);
    }

    private static OpCase Case(CaseSource source, GemmForm form, int m, EpilogueKind kind, SparseCase w)
    {
        var (n, k) = form == GemmForm.NT ? (w.Rows, w.Columns) : (w.Columns, w.Rows);
        Shape x = new(m, k), y = new(m, n);
        List<OpArgument> arguments = [OpArgument.Input("x", x, source.Floats(x.Count)), w.Argument, OpArgument.Output("y", y)];
        if (kind != EpilogueKind.None) arguments.AddRange(GemmContract.EpilogueArguments(source, kind, y));
        return new OpCase(
            $"{form} m {m}, {w.Description}, {kind}",
            arguments,
            (device, t) => device.SparseGemm(new(form, t[0], t.Sparse(1), t[2], GemmContract.Epilogue(kind, t))),
            CostOf(m, n, k, w.Kept));
    }
}
