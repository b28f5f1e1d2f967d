namespace NeuralBurden.Bench.Ops;

public class MatchTokensBenchmarks : OpBenchmarks
{
    protected override string Op => "MatchTokens";
}
