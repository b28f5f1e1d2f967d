namespace NeuralBurden.Bench.Ops;

public class LoadImagesBenchmarks : OpBenchmarks
{
    protected override string Op => "LoadImages";
}
