namespace NeuralBurden.Bench.Ops;

public class MaskGradientBenchmarks : OpBenchmarks
{
    protected override string Op => "MaskGradient";
}
