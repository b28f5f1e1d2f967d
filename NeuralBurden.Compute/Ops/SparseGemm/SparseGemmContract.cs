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
    }

    private static OpCase Draw(CaseSource source, int m, int n, int k)
    {
        var form = source.Pick(GemmForm.NT, GemmForm.NN);
        var kind = source.Pick(
            EpilogueKind.None, EpilogueKind.Bias, EpilogueKind.BiasGelu, EpilogueKind.BiasResidual, EpilogueKind.GeluGradient);
        var w = form == GemmForm.NT ? new SparseCase(source, n, k, k) : new SparseCase(source, k, n, k);
        Shape x = new(m, k), y = new(m, n);
        OpArgument[] arguments =
        [
            OpArgument.Input("x", x, source.Floats(x.Count)),
            w.Argument,
            OpArgument.Input("bias", new Shape(n), source.Floats(n)),
            kind == EpilogueKind.BiasGelu
                ? OpArgument.Output("pre-activation", y)
                : OpArgument.Input("auxiliary", y, source.Floats(y.Count)),
            OpArgument.Output("y", y),
        ];
        return new OpCase(
            $"{form} m {m}, {w.Description}, {kind}",
            arguments,
            (_, t) => w.With(
                t[1], (device, matrix) => device.SparseGemm(new(form, t[0], matrix, t[4], Epilogue(kind, t[2], t[3])))),
            CostOf(m, n, k, w.Kept));
    }

    private static GemmEpilogue Epilogue(EpilogueKind kind, in Tensor bias, in Tensor auxiliary) => kind switch
    {
        EpilogueKind.Bias => GemmEpilogue.AddBias(bias),
        EpilogueKind.BiasGelu => GemmEpilogue.BiasGelu(bias, auxiliary),
        EpilogueKind.BiasResidual => GemmEpilogue.BiasResidual(bias, auxiliary),
        EpilogueKind.GeluGradient => GemmEpilogue.GeluGradient(auxiliary),
        _ => GemmEpilogue.None,
    };
}
