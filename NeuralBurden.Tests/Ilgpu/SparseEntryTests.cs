using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>Products of matrices whose kept weights a GPU's kernels read one by one.</summary>
[Trait("Category", "Ilgpu")]
[Collection(EmulatedCollection.Name)]
public class SparseEntryTests
{
    /// <summary>
    /// N of every M weights of a row, or drawn one by one: one and several panels of the sum, tiles with tails on all sides,
    /// lists of an odd number of entries, full ones and empty ones.
    /// </summary>
    [Theory]
    [InlineData(2, 4, 9, 36, 40)]
    [InlineData(1, 4, 8, 16, 32)]
    [InlineData(1, 8, 17, 130, 64)]
    [InlineData(1, 16, 3, 150, 96)]
    [InlineData(3, 7, 10, 5, 71)]
    [InlineData(4, 4, 5, 20, 33)]
    [InlineData(0, 5, 12, 140, 70)]
    [InlineData(0, 60, 1, 1, 3)]
    public void Entries_give_the_product_of_the_masked_matrix(int keep, int of, int m, int rows, int columns)
    {
        using var device = EmulatedDevice.Open();
        Compare(device, keep, of, m, rows, columns);
    }

    [Fact]
    public void Entries_give_the_product_in_groups_as_large_as_on_a_GPU()
    {
        using var device = EmulatedDevice.OpenWithLargeGroups();
        Compare(device, 1, 8, 130, 144, 40);
    }

    [Fact]
    public void A_refresh_takes_up_what_the_weights_are_now()
    {
        using var device = EmulatedDevice.Open();
        using var product = new Product(device, GemmForm.NT, Draw(3, 4, 20), Mask(1, 8, 24, 40), 24, 40);
        float[] before = product.Run();
        product.ScaleWeights(3);
        float[] after = product.Run();
        Assert.Contains(before, value => value != 0);
        for (int i = 0; i < before.Length; i++) Assert.Equal(3 * before[i], after[i], 1e-4f);
    }

    /// <summary>An input that is not finite reaches the outputs that keep a weight for it, and no others.</summary>
    [Theory]
    [InlineData(GemmForm.NT)]
    [InlineData(GemmForm.NN)]
    public void What_is_pruned_is_not_multiplied(GemmForm form)
    {
        const int rows = 40, columns = 48, bad = 5;
        using var device = EmulatedDevice.Open();
        ulong[] mask = Mask(1, 8, rows, columns);
        int k = form == GemmForm.NT ? columns : rows, n = rows + columns - k;
        float[] x = Draw(7, 2, k);
        x[bad] = float.NaN;
        using var product = new Product(device, form, x, mask, rows, columns);
        float[] y = product.Run();
        for (int output = 0; output < n; output++)
        {
            bool keeps = MaskWords.Get(mask, form == GemmForm.NT ? (output * columns) + bad : (bad * columns) + output);
            Assert.Equal(keeps, float.IsNaN(y[output]));
            Assert.True(float.IsFinite(y[n + output]));
        }
    }

    private static void Compare(Device device, int keep, int of, int m, int rows, int columns)
    {
        using var reference = new ReferenceDevice();
        ulong[] mask = Mask(keep, of, rows, columns);
        foreach (var form in (ReadOnlySpan<GemmForm>)[GemmForm.NT, GemmForm.NN])
        {
            float[] x = Draw(m, m, form == GemmForm.NT ? columns : rows);
            using Product right = new(reference, form, x, mask, rows, columns), ours = new(device, form, x, mask, rows, columns);
            float[] expected = right.Run(), result = ours.Run();
            for (int i = 0; i < result.Length; i++) Assert.Equal(expected[i], result[i], 1e-5f);
        }
    }

    private static float[] Draw(int seed, int rows, int columns)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextDouble() - 0.5f)];
    }

    /// <summary>As <see cref="NeuralBurden.Pruning.Patterns.NofMPattern"/> keeps; for none of M, one in M by chance.</summary>
    private static ulong[] Mask(int keep, int of, int rows, int columns)
    {
        var random = new Random(of);
        ulong[] mask = new ulong[MaskWords.WordCount(rows * columns)];
        for (int row = 0; row < rows; row++)
        {
            for (int start = 0; start < columns; start += of)
            {
                int[] places = [.. Enumerable.Range(start, Math.Min(of, columns - start))];
                random.Shuffle(places);
                var kept = keep > 0 ? places.Take(keep) : places.Where(_ => random.Next(of) == 0);
                foreach (int column in kept) MaskWords.Set(mask, (row * columns) + column);
            }
        }

        return mask;
    }

    /// <summary>y = x W^T or x W on a device, by entries where it reads them.</summary>
    private sealed class Product : IDisposable
    {
        private readonly Device _device;
        private readonly GemmForm _form;
        private readonly Tensor _w, _x, _y;
        private readonly SparseMatrix _matrix;
        private readonly float[] _weights;

        public Product(Device device, GemmForm form, float[] x, ulong[] mask, int rows, int columns)
        {
            (_device, _form, _weights) = (device, form, Draw(1, rows, columns));
            for (int i = 0; i < _weights.Length; i++)
            {
                if (!MaskWords.Get(mask, i)) _weights[i] = 0;
            }

            int k = form == GemmForm.NT ? columns : rows, m = x.Length / k;
            _w = device.AllocateTensor(new Shape(rows, columns), "w");
            _x = device.AllocateTensor(new Shape(m, k), "x");
            _y = device.AllocateTensor(new Shape(m, rows + columns - k), "y");
            device.Upload(_weights, _w);
            device.Upload(x, _x);
            _matrix = device.AllocateSparse(_w, form: SparseForm.Entries);
            device.SparseBuild(_matrix, mask);
        }

        public void ScaleWeights(float factor)
        {
            _device.Upload([.. _weights.Select(w => factor * w)], _w);
            _device.SparseRefresh(_matrix);
        }

        public float[] Run()
        {
            _device.SparseGemm(new(_form, _x, _matrix, _y));
            float[] result = new float[_y.Count];
            _device.Download(_y, result);
            return result;
        }

        public void Dispose()
        {
            _matrix.Dispose();
            foreach (var tensor in new[] { _w, _x, _y }) tensor.Buffer.Dispose();
        }
    }
}
