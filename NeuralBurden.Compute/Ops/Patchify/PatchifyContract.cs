using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class PatchifyContract : OpContract
{
    public override string Name => "Patchify";

    public override string Formula => "patches[(b, row, column), (c, y, x)] = images[b, c, row p + y, column p + x]";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 5), c = source.Int(1, 4), p = source.Int(1, 8), rows = source.Int(1, 5), columns = source.Int(1, 7);
        return Case(source, b, c, p, rows, columns);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        int side = e.ImageSide / e.Patch;
        yield return Case(new CaseSource(17), e.Batch, 3, e.Patch, side, side);
    }

    private static OpCase Case(CaseSource source, int b, int c, int p, int rows, int columns)
    {
        Shape images = new(b, c, rows * p, columns * p), patches = new(b * rows * columns, c * p * p);
        return new OpCase(
            $"images {images} patch {p}",
            [OpArgument.Input("images", images, source.Floats(images.Count)), OpArgument.Output("patches", patches)],
            (device, t) => device.Patchify(new(t[0], p, t[1])),
            new OpCost(0, 8 * images.Count));
    }
}
