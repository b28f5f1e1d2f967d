namespace NeuralBurden.Bench.Ops;

public class ClipByNormBenchmarks : OpBenchmarks
{
    protected override string Op => "ClipByNorm";
}
