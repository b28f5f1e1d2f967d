namespace NeuralBurden.Bench.Ops;

public class AxpbyBenchmarks : OpBenchmarks
{
    protected override string Op => "Axpby";
}
