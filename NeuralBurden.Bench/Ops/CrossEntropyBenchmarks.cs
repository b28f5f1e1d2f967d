namespace NeuralBurden.Bench.Ops;

public class CrossEntropyBenchmarks : OpBenchmarks
{
    protected override string Op => "CrossEntropy";
}
