namespace NeuralBurden.Bench.Ops;

public class AssembleTokensBenchmarks : OpBenchmarks
{
    protected override string Op => "AssembleTokens";
}
