namespace NeuralBurden.Bench.Ops;

public class PatchifyBenchmarks : OpBenchmarks
{
    protected override string Op => "Patchify";
}
