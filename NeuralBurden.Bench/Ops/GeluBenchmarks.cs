namespace NeuralBurden.Bench.Ops;

public class GeluBenchmarks : OpBenchmarks
{
    protected override string Op => "Gelu";
}
