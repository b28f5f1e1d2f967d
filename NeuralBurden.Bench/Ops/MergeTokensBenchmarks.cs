namespace NeuralBurden.Bench.Ops;

public class MergeTokensBenchmarks : OpBenchmarks
{
    protected override string Op => "MergeTokens";
}
