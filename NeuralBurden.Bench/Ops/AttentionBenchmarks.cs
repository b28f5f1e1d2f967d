namespace NeuralBurden.Bench.Ops;

public class AttentionBenchmarks : OpBenchmarks
{
    protected override string Op => "Attention";
}
