using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MeanKeysContract : OpContract
{
    public override string Name => "MeanKeys";

    public override string Formula => "keys[b,t,d] = 1/H sum_h qkv[b,t,1,h,d]";

    public override OpCase Generate(CaseSource source) =>
        Case(source, source.Extent(5), source.Extent(40), source.Int(1, 6), source.Extent(50));

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(13), e.Batch, e.Tokens, e.Heads, e.HeadDim)];

    private static OpCase Case(CaseSource source, int b, int t, int h, int d)
    {
        Shape qkv = new(b, t, 3, h, d), keys = new(b, t, d);
        return new OpCase(
            $"qkv {qkv}",
            [OpArgument.Input("qkv", qkv, source.Floats(qkv.Count)), OpArgument.Output("keys", keys)],
            (device, x) => device.MeanKeys(new(x[0], x[1])),
            new OpCost(0, 4 * (keys.Count * (h + 1))));
    }
}
