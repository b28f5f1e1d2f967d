using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The linear layers of a block with the epilogues they have in the model: forward, dX and dW.</summary>
internal static class GemmWorkloads
{
    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents e)
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

        OpWorkload One(string name, GemmForm form, int rows, int columns, int k, EpilogueKind kind) =>
            new(contract, $"Gemm {name}", Case(form, rows, columns, k, kind));
    }

    /// <summary>C [m, n] = epilogue(op(A) op(B)) of random matrices.</summary>
    public static OpCase Case(GemmForm form, int m, int n, int k, EpilogueKind kind)
    {
        var source = new CaseSource(7);
        Shape a = form is GemmForm.TN or GemmForm.TT ? new(k, m) : new(m, k);
        Shape b = form is GemmForm.NT or GemmForm.TT ? new(n, k) : new(k, n);
        Shape c = new(m, n);
        var arguments = new List<OpArgument>
        {
            OpArgument.Input("a", a, source.Floats(a.Count)),
            OpArgument.Input("b", b, source.Floats(b.Count, 1 / MathF.Sqrt(k))),
            OpArgument.Output("c", c),
        };
        var cost = GemmContract.CostOf(m, n, k);
        if (kind != EpilogueKind.None)
        {
            arguments.Add(OpArgument.Input("bias", new Shape(n), source.Floats(n)));
            if (kind is EpilogueKind.BiasGelu) arguments.Add(OpArgument.Output("pre-activation", c));
            else if (kind is not EpilogueKind.Bias) arguments.Add(OpArgument.Input("auxiliary", c, source.Floats(c.Count)));
            if (kind is not EpilogueKind.Bias) cost += new OpCost(0, 4 * c.Count);
        }

        return new OpCase(
            $"{form} {m} x {n} x {k} {kind}",
            arguments,
            (device, t) => device.Gemm(new(form, t[0], t[1], t[2], Epilogue(kind, t))),
            cost);
    }

    private static GemmEpilogue Epilogue(EpilogueKind kind, Tensor[] t) => kind switch
    {
        EpilogueKind.Bias => GemmEpilogue.AddBias(t[3]),
        EpilogueKind.BiasGelu => GemmEpilogue.BiasGelu(t[3], t[4]),
        EpilogueKind.BiasResidual => GemmEpilogue.BiasResidual(t[3], t[4]),
        EpilogueKind.GeluGradient => GemmEpilogue.GeluGradient(t[4]),
        _ => GemmEpilogue.None,
    };
}
