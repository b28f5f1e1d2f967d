namespace NeuralBurden.Bench.Ops;

public class GemmBenchmarks : OpBenchmarks
{
    protected override string Op => "Gemm";
}
