namespace NeuralBurden.Bench.Ops;

public class SparseGemmBenchmarks : OpBenchmarks
{
    protected override string Op => "SparseGemm";
}
