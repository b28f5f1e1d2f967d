namespace NeuralBurden.Bench.Ops;

public class PoolTokensBenchmarks : OpBenchmarks
{
    protected override string Op => "PoolTokens";
}
