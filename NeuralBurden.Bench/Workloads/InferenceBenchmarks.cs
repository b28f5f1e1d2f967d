using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Bench.Workloads;

public class InferenceBenchmarks : WorkloadBenchmarks
{
    protected override WorkloadKind Kind => WorkloadKind.Inference;
}
