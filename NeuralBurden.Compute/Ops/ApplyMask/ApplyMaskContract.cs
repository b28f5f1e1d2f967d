using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class ApplyMaskContract : OpContract
{
    public override string Name => "ApplyMask";

    public override string Formula => "y[i] = mask bit i ? x[i] : 0";

    public override string Aliasing => "y may be x";

    public override string NonFinite => "a masked NaN or infinity becomes 0";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source) => Draw(source, source.Extent(900));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(3), 40_003);
        yield return new OpCase(
            "masked NaN",
            [
                OpArgument.Input("x", new Shape(3), [float.NaN, 1, float.NegativeInfinity]),
                OpArgument.Input("mask", new Shape(1), [2]),
                OpArgument.Output("y", new Shape(3)),
            ],
            (device, t) => device.ApplyMask(new(t[0], t[1], t[2])));
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(19), e.Parameters, new SparseCase(new CaseSource(20), 1, e.Parameters, 1, kept: 10).DeviceWords)];

    private static OpCase Draw(CaseSource source, int n) =>
        Case(source, n, source.Ints(MaskWords.DeviceWordCount(n), int.MinValue / 2, int.MaxValue / 2));

    private static OpCase Case(CaseSource source, int n, int[] mask) => new(
        $"n {n}",
        [
            OpArgument.Input("x", new Shape(n), source.Floats(n)),
            OpArgument.Input("mask", new Shape(mask.Length), mask),
            OpArgument.Output("y", new Shape(n)),
        ],
        (device, t) => device.ApplyMask(new(t[0], t[1], t[2])),
        new OpCost(0, 8L * n));
}
