using BenchmarkDotNet.Running;
using NeuralBurden.Bench.Blas;
using NeuralBurden.Bench.Configs;

// dotnet run -c Release -- openblas PATH: products and attention beside OpenBLAS
if (args is ["openblas", ..]) return OpenBlasCommand.Create().Parse(args[1..]).Invoke();

// dotnet run -c Release -- --filter '*Gemm*' [--config Short|Standard|Analysis] [options of BenchmarkDotNet]
string[] rest = [.. args];
string name = "Standard";
int at = Array.IndexOf(rest, "--config");
if (at >= 0 && at + 1 < rest.Length)
{
    name = rest[at + 1];
    rest = [.. rest[..at], .. rest[(at + 2)..]];
}

BenchmarkSwitcher.FromAssembly(typeof(BenchConfig).Assembly).Run(rest, BenchConfig.Named(name));
return 0;
