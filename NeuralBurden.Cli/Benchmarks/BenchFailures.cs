using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>Names the cases without a number and decides the exit code.</summary>
internal static class BenchFailures
{
    public static int Write(Shell shell, IEnumerable<Measurement> measurements)
    {
        int count = 0;
        foreach (string failure in measurements.Where(m => !m.Passed).Select(m => m.Failure!).Distinct())
        {
            shell.Error.WriteLine($"nb: check failed, not measured: {failure}");
            count++;
        }

        return count == 0 ? 0 : UserException.Failure;
    }
}
