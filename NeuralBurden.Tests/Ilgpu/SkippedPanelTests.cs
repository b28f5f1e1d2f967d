using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>Products of matrices in blocks on devices that skip what the mask leaves empty.</summary>
[Trait("Category", "Ilgpu")]
public class SkippedPanelTests
{
    /// <summary>
    /// The inputs of an empty panel are NaN: the outputs are finite only where it was skipped. All others are the
    /// reference's.
    /// </summary>
    [Theory]
    [InlineData(GemmForm.NT, 70, 96, 64)]
    [InlineData(GemmForm.NN, 33, 64, 80)]
    [InlineData(GemmForm.NT, 5, 30, 50)]
    public void Empty_panels_are_not_multiplied(GemmForm form, int m, int rows, int columns)
    {
        using var device = EmulatedDevice.Open();
        var random = new Random(m);
        const int block = 16;
        float[] w = new float[rows * columns];
        ulong[] mask = new ulong[MaskWords.WordCount(w.Length)];
        for (int i = 0; i < w.Length; i++)
        {
            // Every third block of the sum is empty for all outputs, of the others some.
            int step = form == GemmForm.NT ? i % columns : i / columns, output = form == GemmForm.NT ? i / columns : i % columns;
            if (step / block % 3 == 1 || ((step / block) + (output / block)) % 2 == 1) continue;
            w[i] = (float)random.NextDouble() - 0.5f;
            MaskWords.Set(mask, i);
        }

        int k = form == GemmForm.NT ? columns : rows, n = form == GemmForm.NT ? rows : columns;
        float[] x = [.. Enumerable.Range(0, m * k).Select(i => i % k / block % 3 == 1 ? float.NaN : (float)random.NextDouble())];
        var (result, work) = Product(device, form, m, n, rows, columns, w, mask, x);
        float[] clean = [.. x.Select(v => float.IsNaN(v) ? 0 : v)];
        using var reference = new ReferenceDevice();
        var (expected, _) = Product(reference, form, m, n, rows, columns, w, mask, clean);
        Assert.InRange(work, 0.01, 0.99);
        for (int i = 0; i < result.Length; i++) Assert.Equal(expected[i], result[i], 1e-4f);
    }

    [Fact]
    public void An_unstructured_mask_of_many_weights_leaves_no_panel_empty()
    {
        using var device = EmulatedDevice.Open();
        var random = new Random(1);
        ulong[] mask = new ulong[64 * 64 / 64];
        for (int i = 0; i < 64 * 64; i++)
        {
            if (random.NextDouble() < 0.5) MaskWords.Set(mask, i);
        }

        var dense = device.AllocateTensor(new Shape(64, 64), "w");
        using var buffer = dense.Buffer;
        using var matrix = device.AllocateSparse(dense);
        device.SparseBuild(matrix, mask);
        Assert.Equal((1.0, 1.0), (matrix.ForwardWork, matrix.InputWork));
    }

    private static (float[] Result, double Work) Product(
        Device device, GemmForm form, int m, int n, int rows, int columns, float[] w, ulong[] mask, float[] x)
    {
        Tensor dense = device.AllocateTensor(new Shape(rows, columns), "w"), input = device.AllocateTensor(
            new Shape(m, x.Length / m), "x"), output = device.AllocateTensor(new Shape(m, n), "y");
        using DeviceBuffer a = dense.Buffer, b = input.Buffer, c = output.Buffer;
        device.Upload(w, dense);
        device.Upload(x, input);
        using var matrix = device.AllocateSparse(dense);
        device.SparseBuild(matrix, mask);
        device.SparseGemm(new(form, input, matrix, output));
        float[] result = new float[m * n];
        device.Download(output, result);
        return (result, form == GemmForm.NT ? matrix.ForwardWork : matrix.InputWork);
    }
}
