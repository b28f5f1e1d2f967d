namespace NeuralBurden.Bench.Ops;

public class ColumnSumBenchmarks : OpBenchmarks
{
    protected override string Op => "ColumnSum";
}
