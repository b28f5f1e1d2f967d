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
            for (int i = 0; i < 3; i++) yield return Draw(new CaseSource(seed++), m, c, f);
        }
    }

    private static OpCase Draw(CaseSource source, int m, int c, int f)
    {
        SparseCase fc1 = new(source, f, c, c), fc2 = new(source, c, f, f);
        bool sampled1 = source.Pick(true, false), sampled2 = source.Pick(true, false);
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
            ],
            (_, t) => fc1.With(t[3], (device, w1) => fc2.With(t[5], (_, w2) =>
            {
                var w = new SparseMlpWeights(w1, t[4], w2, t[6]);
                using var memory = device.Allocate(device.SparseMlpSaved(m, f).Count, ElementType.Float32, "saved");
                var saved = new Tensor(memory, 0, device.SparseMlpSaved(m, f));
                device.SparseMlp(new(t[0], w, t[1], default, t[8]));
                device.SparseMlp(new(t[0], w, t[1], saved, t[7]));
                device.SparseMlpBackward(new(
                    t[2], t[0], w, saved, t[9], new SparseMlpGradients(t[10], sampled1, t[11], t[12], sampled2, t[13])));
            })),
            Cost(m, fc1, fc2));
    }

    private static OpCost Cost(int m, SparseCase fc1, SparseCase fc2)
    {
        var one = SparseGemmContract.CostOf(m, fc1.Rows, fc1.Columns, fc1.Kept);
        var two = SparseGemmContract.CostOf(m, fc2.Rows, fc2.Columns, fc2.Kept);
        return new OpCost(3 * (one.MultiplyAdds + two.MultiplyAdds), 3 * (one.Bytes + two.Bytes));
    }
}
