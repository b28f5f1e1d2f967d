using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class PreserveNormsContract : OpContract
{
    public override string Name => "PreserveNorms";

    public override string Formula => "output[m] = mean[m] * (sum_{map n = m} w_n |x_n|) / |mean[m]|, w = size / total";

    // The gradient divides by the norm of a mean that cancellation may have made small.
    public override Tolerance Tolerance => new(2e-5, 1e-6);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 5), t = source.Extent(66), c = source.Extent(70), left = source.Int(1, t);
        return Case(source, b, t, left, c, source.Floats((long)b * t * c), sized: source.Coin());
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(new CaseSource(1), 1, 4, 2, 3, new float[12], sized: false);
        // Opposite tokens: the mean is 0 and stays so.
        yield return Case(new CaseSource(2), 1, 2, 1, 2, [1, 2, -1, -2], sized: false);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(13);
        float[] tokens = source.Floats(e.Rows * e.Dim);
        int[] map = source.MergeMap(e.Batch, e.Tokens, e.Left);
        yield return Case(source, e.Batch, e.Tokens, e.Left, e.Dim, tokens, sized: false, map);
    }

    private static OpCase Case(
        CaseSource source, int b, int t, int left, int c, float[] values, bool sized, int[]? map = null)
    {
        map ??= source.Ints((long)b * t, source.Coin() ? -1 : 0, left - 1);
        Shape tokens = new(b, t, c), merged = new(b, left, c), rows = new(b, t), totals = new(b, left);
        float[] sizes = source.Positive(rows.Count, 1, 3), total = new float[totals.Count], mean = new float[merged.Count];
        for (int n = 0; n < b * t; n++)
        {
            if (map[n] >= 0) total[(n / t * left) + map[n]] += sized ? sizes[n] : 1;
        }

        for (int i = 0; i < values.Length; i++)
        {
            int n = i / c, m = (n / t * left) + map[n];
            if (map[n] >= 0) mean[(m * c) + (i % c)] += (sized ? sizes[n] : 1) / total[m] * values[i];
        }

        return new OpCase(
            $"b {b} t {t} -> {left} c {c}{(sized ? " sized" : "")}",
            [
                OpArgument.Input("tokens", tokens, values),
                OpArgument.Input("sizes", rows, sizes),
                OpArgument.Input("map", rows, map),
                OpArgument.Input("mergedSizes", totals, total),
                OpArgument.Input("mean", merged, mean),
                OpArgument.Input("dOutput", merged, source.Floats(merged.Count)),
                OpArgument.Output("output", merged),
                OpArgument.Output("dTokens", tokens),
            ],
            (device, x) => device.PreserveNorms(new(x[0], sized ? x[1] : default, x[2], x[3], x[4], x[6])),
            new OpCost(0, 4 * (tokens.Count + (2 * merged.Count))))
        {
            Backward = (device, x) => device.PreserveNormsBackward(
                new(x[5], x[0], sized ? x[1] : default, x[2], x[3], x[4], x[7])),
            BackwardCost = new OpCost(0, 8 * (tokens.Count + merged.Count)),
        };
    }
}
