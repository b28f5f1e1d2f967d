using BenchmarkDotNet.Running;
using NeuralBurden.Bench.Blas;
using NeuralBurden.Bench.Configs;
using NeuralBurden.Bench.Growth;
using NeuralBurden.Bench.Ops;
using NeuralBurden.Bench.Sparse;
using NeuralBurden.Bench.Workloads;
using NeuralBurden.Compute.Contracts;

// dotnet run -c Release -- openblas PATH: products and attention beside OpenBLAS
if (args is ["openblas", ..]) return OpenBlasCommand.Create().Parse(args[1..]).Invoke();

// dotnet run -c Release -- sparse: a roofline of the sparse kernels
if (args is ["sparse", ..]) return SparseCommand.Create().Parse(args[1..]).Invoke();

// dotnet run -c Release -- growth: time and memory of a step against its extents
if (args is ["growth", ..]) return GrowthCommand.Create().Parse(args[1..]).Invoke();

// dotnet run -c Release -- --filter '*Gemm*' [--config Short|Standard|Analysis] [options of BenchmarkDotNet]
string[] rest = [.. args];
string name = "Standard";
int at = Array.IndexOf(rest, "--config");
if (at >= 0 && at + 1 < rest.Length)
{
    name = rest[at + 1];
    rest = [.. rest[..at], .. rest[(at + 2)..]];
}

// One class per contract: no op is without a benchmark.
Type[] benchmarks =
[
    .. OpContracts.All.Select(c => typeof(OpBenchmarks<>).MakeGenericType(c.GetType())),
    typeof(TrainStepBenchmarks),
    typeof(InferenceBenchmarks),
    typeof(TransferBenchmarks),
];
BenchmarkSwitcher.FromTypes(benchmarks).Run(rest, BenchConfig.Named(name));
return 0;
