namespace NeuralBurden.Bench.Ops;

public class ApplyMaskBenchmarks : OpBenchmarks
{
    protected override string Op => "ApplyMask";
}
