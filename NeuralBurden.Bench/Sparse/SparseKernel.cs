using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Bench.Sparse;

/// <summary>One sparse op of a training step.</summary>
/// <param name="Workload">What is checked and timed.</param>
/// <param name="Kept">Percent of the weights.</param>
internal sealed record SparseKernel(OpWorkload Workload, int Kept)
{
    /// <summary>
    /// Loads for each vector of multiply-adds: four entries take sixteen vectors of their inputs and two loads of the
    /// inputs' numbers, a sum one of the weights, a sampled gradient one of the sums so far.
    /// </summary>
    public const double LoadsPerVector = 19.0 / 16;

    public static IEnumerable<SparseKernel> Of(StepExtents e, int kept)
    {
        int m = e.Rows, d = e.Dim, f = e.MlpDim;
        var mlp = SparseMlpContract.One(e, kept);
        SparseMlpContract mlps = new();
        SparseGemmContract products = new();
        SparseLinearBackwardContract backward = new();
        SparseWeightGradientContract gradients = new();
        yield return new(new OpWorkload(mlps, mlp), kept);
        yield return new(new OpWorkload(mlps, mlp, IsBackward: true), kept);
        yield return Product("qkv", GemmForm.NT, 3 * d, d);
        yield return Product("proj", GemmForm.NT, d, d);
        yield return Product("fc1", GemmForm.NT, f, d);
        yield return Product("fc2", GemmForm.NT, d, f);
        yield return Backward("qkv", 3 * d);
        yield return Backward("proj", d);
        yield return Gradient("fc1 dW", f, d);
        yield return Gradient("fc2 dW", d, f);

        SparseKernel Product(string place, GemmForm form, int rows, int columns) =>
            new(new OpWorkload(products, SparseGemmContract.One(place, form, m, rows, columns, kept)), kept);

        SparseKernel Backward(string place, int rows) =>
            new(new OpWorkload(backward, SparseLinearBackwardContract.One(place, m, rows, d, kept)), kept);

        SparseKernel Gradient(string place, int rows, int columns) =>
            new(new OpWorkload(gradients, SparseWeightGradientContract.One(place, m, rows, columns, kept)), kept);
    }
}
