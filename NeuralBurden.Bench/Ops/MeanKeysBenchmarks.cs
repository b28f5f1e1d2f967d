namespace NeuralBurden.Bench.Ops;

public class MeanKeysBenchmarks : OpBenchmarks
{
    protected override string Op => "MeanKeys";
}
