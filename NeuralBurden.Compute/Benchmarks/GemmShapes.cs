using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The matrix products of a block's linear layers without their epilogues, as every library has them.</summary>
internal static class GemmShapes
{
    /// <summary>Forward (NT), dX (NN) and dW (TN), each C [M, N] with sums over K.</summary>
    public static IEnumerable<(string Name, GemmForm Form, int M, int N, int K)> Of(StepExtents e)
    {
        int m = e.Rows, d = e.Dim, f = e.MlpDim;
        return
        [
            ("qkv NT", GemmForm.NT, m, 3 * d, d),
            ("proj NT", GemmForm.NT, m, d, d),
            ("fc1 NT", GemmForm.NT, m, f, d),
            ("fc2 NT", GemmForm.NT, m, d, f),
            ("fc1 dX NN", GemmForm.NN, m, d, f),
            ("fc2 dX NN", GemmForm.NN, m, f, d),
            ("qkv dW TN", GemmForm.TN, 3 * d, d, m),
            ("fc1 dW TN", GemmForm.TN, f, d, m),
            ("fc2 dW TN", GemmForm.TN, d, f, m),
        ];
    }
}
