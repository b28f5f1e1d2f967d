namespace NeuralBurden.Bench.Ops;

public class AdamWBenchmarks : OpBenchmarks
{
    protected override string Op => "AdamW";
}
