using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class GemmContract : OpContract
{
    public override string Name => "Gemm";

    public override string Formula => "C[m,n] = epilogue(sum_k op(A)[m,k] op(B)[k,n]), or C += the sum";

    public override string Aliasing => "C may be the residual of BiasResidual; nothing else may overlap";

    // The sum of k products in float32; k goes to a few hundred here and grows the error like its square root.
    public override Tolerance Tolerance => new(4e-6, 2e-6);

    /// <summary>Multiply-adds and bytes of one product.</summary>
    public static OpCost CostOf(long m, long n, long k) => new(m * n * k, 4 * ((m * k) + (k * n) + (m * n)));

    public override OpCase Generate(CaseSource source) => Draw(source, source.Extent(70), source.Extent(70), source.Extent(300));

    public override IEnumerable<OpCase> EdgeCases()
    {
        // Shapes of a small ViT, tails of every register tile, an empty sum, and a long one over several K blocks.
        (int M, int N, int K)[] shapes =
        [
            (130, 48, 16), (65, 192, 64), (13, 64, 256), (1, 10, 64), (7, 1, 1), (25, 33, 0), (48, 31, 1400), (200, 96, 96),
            (700, 40, 24), (24, 40, 4200),
        ];
        ulong seed = 17;
        foreach (var (m, n, k) in shapes)
        {
            for (int i = 0; i < 4; i++) yield return Draw(new CaseSource(seed++), m, n, k);
        }
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        int m = e.Rows, d = e.Dim, f = e.MlpDim;
        yield return One("qkv", GemmForm.NT, m, 3 * d, d, EpilogueKind.Bias);
        yield return One("proj", GemmForm.NT, m, d, d, EpilogueKind.BiasResidual);
        yield return One("fc1", GemmForm.NT, m, f, d, EpilogueKind.BiasGelu);
        yield return One("fc2", GemmForm.NT, m, d, f, EpilogueKind.BiasResidual);
        yield return One("qkv dX", GemmForm.NN, m, d, 3 * d, EpilogueKind.None);
        yield return One("fc1 dX", GemmForm.NN, m, d, f, EpilogueKind.None);
        yield return One("fc2 dX", GemmForm.NN, m, f, d, EpilogueKind.GeluGradient);
        yield return One("qkv dW", GemmForm.TN, 3 * d, d, m, EpilogueKind.None);
        yield return One("fc1 dW", GemmForm.TN, f, d, m, EpilogueKind.None);
        yield return One("fc2 dW", GemmForm.TN, d, f, m, EpilogueKind.None);

        static OpCase One(string place, GemmForm form, int rows, int columns, int k, EpilogueKind kind) =>
            Case(new CaseSource(7), form, rows, columns, k, kind) with { Place = place };
    }

    private static OpCase Draw(CaseSource source, int m, int n, int k)
    {
        var form = source.Pick(GemmForm.NN, GemmForm.NT, GemmForm.TN, GemmForm.TT);
        var kind = source.Pick(
            EpilogueKind.None, EpilogueKind.Bias, EpilogueKind.BiasGelu, EpilogueKind.BiasResidual, EpilogueKind.GeluGradient);
        return Case(source, form, m, n, k, kind, accumulate: kind == EpilogueKind.None && source.Coin());
    }

    /// <summary>A, B and C, and where there is an epilogue what it reads or writes.</summary>
    internal static OpCase Case(
        CaseSource source, GemmForm form, int m, int n, int k, EpilogueKind kind, bool accumulate = false)
    {
        Shape a = form is GemmForm.TN or GemmForm.TT ? new(k, m) : new(m, k);
        Shape b = form is GemmForm.NT or GemmForm.TT ? new(n, k) : new(k, n);
        Shape c = new(m, n);
        List<OpArgument> arguments =
        [
            OpArgument.Input("a", a, source.Floats(a.Count)),
            OpArgument.Input("b", b, source.Floats(b.Count, 1 / MathF.Sqrt(Math.Max(1, k)))),
            OpArgument.Output("c", c, accumulate ? source.Floats(c.Count) : null),
        ];
        if (kind != EpilogueKind.None) arguments.AddRange(EpilogueArguments(source, kind, c));
        return new OpCase(
            $"{form} m {m} n {n} k {k}{(kind == EpilogueKind.None ? "" : $" {kind}")}{(accumulate ? " accumulate" : "")}",
            arguments,
            (device, t) => device.Gemm(new(form, t[0], t[1], t[2], Epilogue(kind, t), accumulate)),
            CostOf(m, n, k) + new OpCost(0, kind is EpilogueKind.None or EpilogueKind.Bias ? 0 : 4 * c.Count))
        {
            AlsoChecked = form == GemmForm.NT && !accumulate ? Packed : null,
        };

        void Packed(Device device, PlacedArguments t)
        {
            using var packed = device.Pack(t[1]);
            device.Gemm(new(form, t[0], t[1], t[2], Epilogue(kind, t)) { Packed = packed });
        }
    }

    /// <summary>Bias and auxiliary of a product C, behind its three other arguments.</summary>
    internal static OpArgument[] EpilogueArguments(CaseSource source, EpilogueKind kind, Shape c) =>
    [
        OpArgument.Input("bias", new Shape(c[1]), source.Floats(c[1])),
        kind == EpilogueKind.BiasGelu
            ? OpArgument.Output("auxiliary", c)
            : OpArgument.Input("auxiliary", c, source.Floats(c.Count)),
    ];

    internal static GemmEpilogue Epilogue(EpilogueKind kind, PlacedArguments t) => kind switch
    {
        EpilogueKind.Bias => GemmEpilogue.AddBias(t[3]),
        EpilogueKind.BiasGelu => GemmEpilogue.BiasGelu(t[3], t[4]),
        EpilogueKind.BiasResidual => GemmEpilogue.BiasResidual(t[3], t[4]),
        EpilogueKind.GeluGradient => GemmEpilogue.GeluGradient(t[4]),
        _ => GemmEpilogue.None,
    };
}
