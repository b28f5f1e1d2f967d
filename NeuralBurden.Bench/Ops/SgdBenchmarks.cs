namespace NeuralBurden.Bench.Ops;

public class SgdBenchmarks : OpBenchmarks
{
    protected override string Op => "Sgd";
}
