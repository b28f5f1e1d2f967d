namespace NeuralBurden.Bench.Ops;

public class LayerNormBenchmarks : OpBenchmarks
{
    protected override string Op => "LayerNorm";
}
