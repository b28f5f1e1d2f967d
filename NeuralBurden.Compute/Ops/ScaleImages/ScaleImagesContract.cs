using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class ScaleImagesContract : OpContract
{
    public override string Name => "ScaleImages";

    public override string Formula => "y[b,i] = s[b] x[b,i] + r[b,i], or without r";

    public override string Aliasing => "y may be x or r";

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Int(1, 6), source.Extent(12), source.Extent(70), source.Coin(), source.Coin());

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Draw(new CaseSource(11), e.Batch, e.Tokens, e.Dim, adds: true, inPlace: true)];

    // Training scales by 0 and by 1 / (1 - p).
    private static OpCase Draw(CaseSource source, int b, int t, int c, bool adds, bool inPlace)
    {
        Shape shape = new(b, t, c);
        float[] scales = [.. Enumerable.Range(0, b).Select(_ => source.Pick(0f, 1.25f))];
        return new OpCase(
            $"x {shape}{(adds ? " and r" : "")}{(inPlace ? " in place" : "")}",
            [
                OpArgument.Input("x", shape, source.Floats(shape.Count)),
                OpArgument.Input("s", new Shape(b), scales),
                OpArgument.Input("r", shape, source.Floats(shape.Count)),
                OpArgument.Output("y", shape, source.Floats(shape.Count)),
            ],
            (device, a) => device.ScaleImages(new(inPlace ? a[3] : a[0], a[1], adds ? a[2] : default, a[3])),
            new OpCost(0, (adds ? 12 : 8) * shape.Count));
    }
}
