namespace NeuralBurden.Bench.Ops;

public class SparseRefreshBenchmarks : OpBenchmarks
{
    protected override string Op => "SparseRefresh";
}
