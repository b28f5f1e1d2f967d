using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Benchmarks;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

public class MeasuringTests
{
    private static readonly MeasuringOptions Tiny = new(Rounds: 3, WarmUpRounds: 1);

    [Fact]
    public void Summary_interpolates_quartiles()
    {
        var summary = SampleSummary.Of([4, 1, 3, 2, 5]);
        Assert.Equal((5, 1.0, 2.0, 3.0, 4.0, 3.0), (
            summary.Count, summary.Best, summary.LowerQuartile, summary.Median, summary.UpperQuartile, summary.Mean));
        Assert.Equal(2.0 / 3, summary.Spread, 12);
        Assert.Equal(1.5, SampleSummary.Of([1, 2]).Median);
    }

    [Fact]
    public void A_failed_check_prevents_a_number()
    {
        var right = new Probe("right", null);
        var wrong = new Probe("wrong", "element 3 differs");
        var results = new InterleavedTimer(MeasuringClock.Wall, Tiny).Run([wrong, right]);
        Assert.Equal((false, "element 3 differs"), (results[0].Passed, results[0].Failure));
        Assert.Null(results[0].Usual);
        Assert.Equal(0, wrong.Runs);
        Assert.Equal(3, results[1].Usual!.Value.Count);
        Assert.Equal(1 + 3, right.Runs);
    }

    [Fact]
    public void Exceptional_runs_are_summed_up_apart()
    {
        var probe = new Probe("probe", null) { ExceptionalEvery = 2 };
        var result = new InterleavedTimer(MeasuringClock.Wall, Tiny with { Rounds = 6 }).Run([probe])[0];
        Assert.Equal((3, 3), (result.Usual!.Value.Count, result.Exceptional!.Value.Count));
    }

    [Fact]
    public void Cases_take_turns()
    {
        var order = new List<string>();
        Probe[] probes = [new("a", null) { Log = order }, new("b", null) { Log = order }];
        new InterleavedTimer(MeasuringClock.Wall, Tiny with { WarmUpRounds = 0 }).Run(probes);
        Assert.Equal(["a", "b", "a", "b", "a", "b"], order);
    }

    [Fact]
    public void Wrong_ops_refuse_every_workload()
    {
        using var device = new CpuDevice(1);
        var benchmark = new WorkloadBenchmark(device, Tiny, _ => "Gemm on cpu: 1 of 4 cases differ");
        var results = benchmark.Run(WorkloadKind.TrainStep, WorkloadCase.Choose(["dense", "pdwp90"]), [new(8, 2)]);
        Assert.Equal(["dense", "pdwp90"], results.Select(r => r.Case.Name));
        Assert.All(results, r => Assert.Contains("Gemm", r.Measurement.Failure, StringComparison.Ordinal));
        Assert.All(results, r => Assert.Null(r.ImagesPerSecond));
    }

    [Fact]
    public void Every_listed_op_has_a_workload_that_agrees_with_the_reference()
    {
        using var device = new CpuDevice(1);
        var extents = StepExtents.Of(16, 2);
        foreach (var contract in OpContracts.All)
        {
            var workloads = OpWorkload.Of(contract, extents).ToList();
            Assert.NotEmpty(workloads);
            foreach (var workload in workloads)
            {
                var result = new OpBenchmark(device, Tiny, null).Measure(workload, 16, MeasuringClock.Thread);
                Assert.True(result.Measurement.Passed, result.Measurement.Failure);
                Assert.True(result.Measurement.Usual!.Value.Best > 0, $"{workload.Name} took no time");
                Assert.True(workload.Cost.MultiplyAdds + workload.Cost.Bytes > 0, $"{workload.Name} costs nothing");
            }
        }
    }

    [Fact]
    public void Machine_peak_grows_with_the_vectors()
    {
        var peaks = MachinePeak.Widths.Select(w => MachinePeak.Measure(1, w, seconds: 0.01, arrayBytes: 1 << 20)).ToList();
        Assert.All(peaks, p => Assert.True(p is { Gflops: > 0.1, Bandwidth: > 0.1 }, $"{p}"));
        // Twice the lanes give twice the peak; 1.2 leaves room for lower clocks and for a busy machine.
        Assert.True(peaks[^1].Gflops > 1.2 * peaks[0].Gflops || peaks.Count == 1, string.Join(", ", peaks));
    }

    [Fact]
    public void Thread_clock_counts_work_and_not_sleep()
    {
        if (MeasuringClock.Thread.Name != "thread-cpu") return;
        double start = MeasuringClock.Thread.Now;
        Thread.Sleep(50);
        Assert.InRange(MeasuringClock.Thread.Now - start, 0, 0.04);
    }

    private sealed class Probe(string name, string? failure) : IMeasured
    {
        public string Name => name;

        public int Runs { get; private set; }

        public int ExceptionalEvery { get; init; }

        public List<string>? Log { get; init; }

        public bool WasExceptional => ExceptionalEvery > 0 && Runs % ExceptionalEvery == 0;

        public string? Check() => failure;

        public void Run()
        {
            Runs++;
            Log?.Add(name);
        }

        public void Complete()
        {
        }
    }
}
