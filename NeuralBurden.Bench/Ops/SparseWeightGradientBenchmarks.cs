namespace NeuralBurden.Bench.Ops;

public class SparseWeightGradientBenchmarks : OpBenchmarks
{
    protected override string Op => "SparseWeightGradient";
}
