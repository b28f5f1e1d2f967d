using NeuralBurden.Compute.Ops.SelectLargest;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SelectLargestContract : OpContract
{
    public override string Name => "SelectLargest";

    public override string Formula => "bit i = 1 where |x[i]| is among the keep largest of its segment; ties by index";

    public override string NonFinite => "larger than all that is finite, and counted";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source)
    {
        var segments = new List<(int Count, int Keep)>();
        for (int i = source.Int(1, 4); i > 0; i--)
        {
            int count = source.Extent(900);
            segments.Add((count, source.Pick(0, 1, count / 10, count / 2, count)));
        }

        int all = segments.Sum(s => s.Count), together = source.Coin() ? 0 : source.Pick(1, all / 3, all);
        // Few different values tie a lot.
        float scale = source.Pick(1f, 1e-3f, 1e-41f);
        return Case(source, segments, together, source.Pick(0, 0, 3, 40), scale);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(new CaseSource(3), [(40_003, 4_001), (12_288, 1), (65, 0)], 0, 0, 0.02f);
        yield return Case(new CaseSource(4), [(40_003, 0), (12_288, 0)], 5_000, 2, 0.02f);
        yield return Case(new CaseSource(5), [(9_000, 4_500)], 0, 1, 0);
        // A pattern in the places of large elements, which a sample of every so many may see nothing or too much of.
        foreach (int period in (int[])[25, 24, 7])
        {
            float[] x = new CaseSource((ulong)period).Floats(40_000);
            float[] periodic = [.. x.Select((v, i) => i % period == 0 ? v : 1e-3f * v)];
            yield return Case(periodic, [new(0, 40_000, 40_000 / period)], 0, $"every {period}th large");
        }

        yield return Case([float.NaN, 1, float.NegativeInfinity, -2, 3], [new(0, 5, 3)], 0, "not finite");
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        // The matrices of a block.
        int d = e.Dim, f = e.MlpDim;
        yield return Case(
            new CaseSource(19), [.. new[] { 3 * d * d, d * d, f * d, d * f }.Select(n => (n, Math.Max(1, n / 10)))], 0, 0, 0.02f);
    }

    /// <param name="distinct">Different magnitudes; 0 for any.</param>
    private static OpCase Case(
        CaseSource source, IReadOnlyList<(int Count, int Keep)> segments, int together, int distinct, float scale)
    {
        var placed = new WeightSegment[segments.Count];
        int end = 0;
        for (int i = 0; i < placed.Length; i++)
        {
            placed[i] = new WeightSegment(end, segments[i].Count, segments[i].Keep);
            end = (end + segments[i].Count + 63) / 64 * 64;
        }

        float[] x = source.Floats(end, scale);
        if (distinct > 0)
            for (int i = 0; i < x.Length; i++) x[i] = MathF.CopySign(source.Int(1, distinct), x[i]) * scale;
        string counts = string.Join(", ", segments.Select(s => $"{s.Keep} of {s.Count}"));
        return Case(x, placed, together, $"{counts}, together {together}, {distinct} magnitudes of {scale:g}");
    }

    private static OpCase Case(float[] x, WeightSegment[] segments, int together, string description) => new(
        description,
        [
            OpArgument.Input("x", new Shape(x.Length), x),
            OpArgument.IndexOutput("bits", new Shape(MaskWords.DeviceWordCount(x.Length))),
            OpArgument.IndexOutput("nonFinite", new Shape(1)),
        ],
        (device, t) => device.SelectLargest(new(t[0], segments, together, t[1], t[2])),
        new OpCost(0, 20L * x.Length));
}
