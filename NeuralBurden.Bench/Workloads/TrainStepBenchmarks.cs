using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Bench.Workloads;

public class TrainStepBenchmarks : WorkloadBenchmarks
{
    protected override WorkloadKind Kind => WorkloadKind.TrainStep;
}
