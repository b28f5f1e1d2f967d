using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>Forward and backward together, since what one keeps for the other has no layout of its own.</summary>
public sealed class SparseMlpContract : OpContract
{
    public override string Name => "SparseMlp";

    public override string Formula => "Y = R + gelu(X W1^T + b1) W2^T + b2, and its gradients, over kept weights alone";

    public override string Aliasing => "Y may be R; nothing else may overlap";

    public override Tolerance Tolerance => new(2e-5, 1e-5);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(150), source.Extent(30), source.Extent(60));

    public override IEnumerable<OpCase> EdgeCases()
    {
        // Fused with a dense gradient from 1024 tokens on, tails of tiles and outputs, sums over several blocks, no tokens.
        (int M, int C, int F)[] shapes =
            [(1300, 8, 20), (1025, 12, 16), (70, 9, 17), (64, 16, 520), (33, 4, 4), (1, 1, 1), (0, 4, 8)];
        ulong seed = 71;
        foreach (var (m, c, f) in shapes)
        {
            // The large ones are most of the time of an emulated device.
            for (int i = 0; i < (m > 1000 ? 1 : 3); i++) yield return Draw(new CaseSource(seed++), m, c, f);
        }
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) => [One(e, kept: 10)];

    /// <summary>An MLP of a training step; <paramref name="kept"/> in percent.</summary>
    internal static OpCase One(StepExtents e, int kept)
    {
        var source = new CaseSource(9);
        SparseCase fc1 = new(source, e.MlpDim, e.Dim, e.Dim, kept), fc2 = new(source, e.Dim, e.MlpDim, e.MlpDim, kept);
        // Dense gradients would consume what the forward pass keeps.
        return Case(source, e.Rows, fc1, fc2, sampled1: true, sampled2: true);
    }

    private static OpCase Draw(CaseSource source, int m, int c, int f)
    {
        SparseCase fc1 = new(source, f, c, c), fc2 = new(source, c, f, f);
        return Case(source, m, fc1, fc2, source.Pick(true, false), source.Pick(true, false));
    }

    private static OpCase Case(CaseSource source, int m, SparseCase fc1, SparseCase fc2, bool sampled1, bool sampled2)
    {
        var (f, c) = (fc1.Rows, fc1.Columns);
        Shape rows = new(m, c);
        float scale = 1 / MathF.Sqrt(Math.Max(1, m));
        return new OpCase(
            $"m {m}, {fc1.Description}, {fc2.Description}, sampled {sampled1} {sampled2}",
            [
                OpArgument.Input("x", rows, source.Floats(rows.Count)),
                OpArgument.Input("residual", rows, source.Floats(rows.Count)),
                OpArgument.Input("dy", rows, source.Floats(rows.Count, scale)),
                fc1.Argument,
                OpArgument.Input("b1", new Shape(f), source.Floats(f)),
                fc2.Argument,
                OpArgument.Input("b2", new Shape(c), source.Floats(c)),
                OpArgument.Output("y", rows),
                OpArgument.Output("y in evaluation", rows),
                OpArgument.Output("dx", rows),
                OpArgument.Output("dW1", new Shape(f, c)),
                OpArgument.Output("db1", new Shape(f)),
                OpArgument.Output("dW2", new Shape(c, f)),
                OpArgument.Output("db2", new Shape(c)),
                OpArgument.Kept("saved", device => device.SparseMlpSaved(m, f)),
            ],
            (device, t) => device.SparseMlp(new(t[0], Weights(t), t[1], t[14], t[7])),
            Cost(m, fc1, fc2))
        {
            Backward = (device, t) => device.SparseMlpBackward(
                new(t[2], t[0], Weights(t), t[14], t[9], new(t[10], sampled1, t[11], t[12], sampled2, t[13]))),
            BackwardCost = Cost(m, fc1, fc2) + Cost(m, fc1, fc2),
            AlsoChecked = (device, t) => device.SparseMlp(new(t[0], Weights(t), t[1], default, t[8])),
        };

        static SparseMlpWeights Weights(PlacedArguments t) => new(t.Sparse(3), t[4], t.Sparse(5), t[6]);
    }

    private static OpCost Cost(int m, SparseCase fc1, SparseCase fc2)
    {
        var one = SparseGemmContract.CostOf(m, fc1.Rows, fc1.Columns, fc1.Kept);
        var two = SparseGemmContract.CostOf(m, fc2.Rows, fc2.Columns, fc2.Kept);
        return one + two;
    }
}
