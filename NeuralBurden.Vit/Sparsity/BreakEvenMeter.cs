using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// Measures from which density on a dense product of the masked matrix is faster than the sparse one. The time of a
/// sparse product is a + b density: two densities give the line, and the dense time where it is crossed.
/// </summary>
internal static class BreakEvenMeter
{
    private const int Tokens = 2048;
    private const int Rounds = 7;

    // A method is compiled well after thirty calls at the earliest, where the host program starts with quick code.
    private const int WarmUps = 40;
    private const double Low = 0.1;
    private const double High = 0.4;

    public static BreakEven Measure(Device device, int rows, int columns)
    {
        using var bench = new Bench(device, rows, columns);
        var (low, high) = (bench.Times(Low, WarmUps), bench.Times(High, warmUps: 1));
        return new BreakEven(
            Crossing(low.DenseForward, low.SparseForward, high.SparseForward),
            Crossing(low.DenseInput, low.SparseInput, high.SparseInput));
    }

    /// <summary>Density at which the sparse line reaches the dense time, in [0, 1].</summary>
    internal static double Crossing(double dense, double low, double high)
    {
        double slope = (high - low) / (High - Low);
        if (slope <= 0) return low < dense ? 1 : 0;
        return Math.Clamp(Low + ((dense - low) / slope), 0, 1);
    }

    private sealed class Bench(Device device, int rows, int columns) : IDisposable
    {
        private readonly Tensor _weights = device.AllocateTensor(new Shape(rows, columns), "break-even weights");
        private readonly Tensor _x = device.AllocateTensor(new Shape(Tokens, columns), "break-even x");
        private readonly Tensor _y = device.AllocateTensor(new Shape(Tokens, rows), "break-even y");

        public (double DenseForward, double SparseForward, double DenseInput, double SparseInput) Times(
            double density, int warmUps)
        {
            ulong[] words = new ulong[(_weights.Count + 63) / 64];
            for (int i = 0; i < _weights.Count; i++)
            {
                if (Philox.Uniform(1, 0, 0, (ulong)i) < density) words[i / 64] |= 1UL << (i % 64);
            }

            using var sparse = device.AllocateSparse(_weights);
            device.SparseBuild(sparse, words);
            Action[] works =
            [
                () => device.Gemm(new(GemmForm.NT, _x, _weights, _y)),
                () => device.SparseGemm(new(GemmForm.NT, _x, sparse, _y)),
                () => device.Gemm(new(GemmForm.NN, _y, _weights, _x)),
                () => device.SparseGemm(new(GemmForm.NN, _y, sparse, _x)),
            ];
            double[][] times = works.Select(_ => new double[Rounds]).ToArray();
            // The works alternate, so that a disturbance hits all alike.
            for (int round = -warmUps; round < Rounds; round++)
            {
                for (int i = 0; i < works.Length; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    works[i]();
                    device.Synchronize();
                    if (round >= 0) times[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                }
            }

            // The best time: whatever else the machine does only adds to it.
            return (times[0].Min(), times[1].Min(), times[2].Min(), times[3].Min());
        }

        public void Dispose()
        {
            foreach (var tensor in new[] { _weights, _x, _y }) tensor.Buffer.Dispose();
        }
    }
}
