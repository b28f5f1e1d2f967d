using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class LoadImagesContract : OpContract
{
    public override string Name => "LoadImages";

    public override string Formula => "images[b,c,y,x] = (pixels[indices[b],c,y+dy,x'+dx] / 255 - mean[c]) / std[c]";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Int(1, 9), b = source.Int(1, 12), c = source.Int(1, 3), h = source.Extent(20), w = source.Extent(33);
        return Case(source, n, b, c, h, w);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(17), e.Batch, e.Batch, 3, e.ImageSide, e.ImageSide)];

    private static OpCase Case(CaseSource source, int n, int b, int c, int h, int w)
    {
        byte[] bytes = new byte[n * c * h * w];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)source.Int(0, 255);
        bool augmented = source.Coin();
        int[] jitter = source.Ints(b * 3L, -5, 5);
        for (int i = 0; i < b; i++) jitter[(i * 3) + 2] = source.Int(0, 1);
        return new OpCase(
            $"n {n} b {b} c {c} h {h} w {w}{(augmented ? " augmented" : "")}",
            [
                OpArgument.Input("pixels", new Shape(n, c, h, w), bytes),
                OpArgument.Input("indices", new Shape(b), source.Ints(b, 0, n - 1)),
                OpArgument.Input("jitter", new Shape(b, 3), jitter),
                OpArgument.Input("mean", new Shape(c), source.Positive(c, 0, 1)),
                OpArgument.Input("std", new Shape(c), source.Positive(c, 0.1f, 1)),
                OpArgument.Output("images", new Shape(b, c, h, w)),
            ],
            (device, t) => device.LoadImages(new(t[0], t[1], augmented ? t[2] : default, t[3], t[4], t[5])),
            new OpCost(0, 5L * b * c * h * w));
    }
}
