using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

[Trait("Category", "Simd")]
public class SparseProductTests
{
    public static TheoryData<int> Widths => [128, 256, 512];

    [Property(MaxTest = 75)]
    public Property Sparse_products_have_every_bit_of_the_dense_product_of_the_masked_matrix()
    {
        var cases =
            from vectorBits in Gen.Elements(128, 256, 512)
            from m in Gen.Choose(1, 200)
            from rows in Gen.Choose(1, 90)
            from columns in Gen.OneOf(Gen.Choose(1, 90), Gen.Choose(100, 520))
            from kept in Gen.Choose(0, 100)
            from seed in Gen.Choose(0, int.MaxValue)
            select new ProductCase(vectorBits, m, rows, columns, kept, seed);
        return Prop.ForAll(Arb.From(cases, Smaller), s =>
        {
            using var device = new CpuDevice(vectorBits: s.VectorBits);
            using var work = new SparseWork(device, s.M, s.Rows, s.Columns, s.Kept, s.Seed);
            foreach (var kind in Enum.GetValues<EpilogueKind>())
            {
                Assert.Equal(work.Dense(GemmForm.NT, kind), work.Sparse(GemmForm.NT, kind));
                Assert.Equal(work.Dense(GemmForm.NN, kind), work.Sparse(GemmForm.NN, kind));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_of_block_patterns_have_every_bit_of_the_dense_product(int vectorBits)
    {
        using var device = new CpuDevice(vectorBits: vectorBits);
        foreach (var (height, width) in new[] { (16, 1), (1, 8), (4, 4), (3, 5) })
        {
            using var work = new SparseWork(device, m: 150, rows: 64, columns: 600, kept: 0, seed: 7);
            work.MaskBlocks(height, width, kept: 15, seed: 9);
            Assert.Equal(height % 4 == 0, work.Matrix.ByRows!.SharesInputs);
            Assert.Equal(width % 4 == 0, work.Matrix.ByColumns!.SharesInputs);
            foreach (var kind in Enum.GetValues<EpilogueKind>())
            {
                Assert.Equal(work.Dense(GemmForm.NT, kind), work.Sparse(GemmForm.NT, kind));
                Assert.Equal(work.Dense(GemmForm.NN, kind), work.Sparse(GemmForm.NN, kind));
            }
        }
    }

    [Theory]
    [InlineData(65, 768, 40)]
    [InlineData(64, 513, 16)]
    [InlineData(130, 1100, 33)]
    public void Sums_longer_than_a_block_are_cut_as_the_dense_product_cuts_them(int m, int k, int n)
    {
        using var device = new CpuDevice();
        using var wide = new SparseWork(device, m, n, k, kept: 12, seed: 3);
        using var tall = new SparseWork(device, m, k, n, kept: 12, seed: 4);
        foreach (var kind in Enum.GetValues<EpilogueKind>().Where(e => e != EpilogueKind.None))
        {
            Assert.Equal(wide.Dense(GemmForm.NT, kind), wide.Sparse(GemmForm.NT, kind));
            Assert.Equal(tall.Dense(GemmForm.NN, kind), tall.Sparse(GemmForm.NN, kind));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_backward_pass_at_once_has_every_bit_of_its_products_one_by_one(int vectorBits)
    {
        using var device = new CpuDevice(vectorBits: vectorBits);
        foreach (var (m, rows, columns) in new[] { (1, 1, 1), (70, 9, 33), (1300, 40, 24), (1100, 520, 18) })
        {
            using var work = new SparseWork(device, m, rows, columns, kept: 12, seed: m);
            foreach (bool sampled in (bool[])[true, false])
                Assert.Equal(work.Backward(sampled, atOnce: false), work.Backward(sampled, atOnce: true));
        }
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        float[][]? expected = null;
        foreach (int threads in (int[])[1, 2, 5])
        {
            using var device = new CpuDevice(threads);
            using var work = new SparseWork(device, 1500, 40, 150, kept: 10, seed: 5);
            float[][] actual = [work.Sparse(GemmForm.NT, EpilogueKind.BiasGelu), work.WeightGradient()];
            expected ??= actual;
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void The_sampled_gradient_is_zero_exactly_where_weights_are_pruned()
    {
        using var device = new CpuDevice();
        using var work = new SparseWork(device, 70, 24, 36, kept: 20, seed: 8);
        float[] gradient = work.WeightGradient();
        ulong[] words = SparseWork.Words(24 * 36, kept: 20, seed: 8);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal((words[i / 64] >> (i % 64) & 1) == 0, gradient[i] == 0);
    }

    [Fact]
    public void A_rebuilt_matrix_follows_its_new_mask()
    {
        using var device = new CpuDevice();
        using var work = new SparseWork(device, 70, 30, 200, kept: 8, seed: 6);
        foreach (int kept in (int[])[30, 2, 0, 100, 9])
        {
            work.Mask(kept, seed: 100 + kept);
            Assert.Equal(work.Dense(GemmForm.NT, EpilogueKind.Bias), work.Sparse(GemmForm.NT, EpilogueKind.Bias));
            Assert.Equal(work.Dense(GemmForm.NN, EpilogueKind.None), work.Sparse(GemmForm.NN, EpilogueKind.None));
        }
    }

    [Fact]
    public void A_pruned_weight_does_not_pass_a_non_finite_input_on()
    {
        using var device = new CpuDevice();
        Tensor dense = device.AllocateTensor(new Shape(2, 2), "w"), x = device.AllocateTensor(new Shape(1, 2), "x");
        var y = device.AllocateTensor(new Shape(1, 2), "y");
        device.Upload([1f, 0, 0, 1], dense);
        device.Upload([float.NaN, 3], x);
        using (var w = device.AllocateSparse(dense))
        {
            device.SparseBuild(w, [0b1001]);
            device.SparseGemm(new(GemmForm.NT, x, w, y));
        }

        float[] values = new float[2];
        device.Download(y, values);
        Assert.Equal([float.NaN, 3f], values);
        foreach (var tensor in (Tensor[])[dense, x, y]) tensor.Buffer.Dispose();
    }

    [Fact]
    public void Products_and_rebuilding_for_fewer_weights_allocate_nothing()
    {
        using var device = new CpuDevice();
        using var work = new SparseWork(device, 300, 48, 96, kept: 20, seed: 7);
        ulong[] fewer = SparseWork.Words(48 * 96, kept: 10, seed: 9);
        work.Step(fewer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++) work.Step(fewer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Misfits_are_refused_by_name()
    {
        using var device = new CpuDevice();
        using var work = new SparseWork(device, 4, 5, 6, kept: 50, seed: 1);
        var x = device.AllocateTensor(new Shape(4, 7), "x");
        Assert.Contains("'X'", Assert.Throws<ArgumentException>(() => work.Run(GemmForm.NT, x)).Message);
        Assert.Contains("TN", Assert.Throws<ArgumentException>(() => work.Run(GemmForm.TN, x)).Message);
        Assert.Contains("words", Assert.Throws<ArgumentException>(() => device.SparseBuild(work.Matrix, [1, 2, 3])).Message);
        x.Buffer.Dispose();
    }

    private static IEnumerable<ProductCase> Smaller(ProductCase s)
    {
        if (s.VectorBits > 128) yield return s with { VectorBits = s.VectorBits / 2 };
        if (s.M > 1) yield return s with { M = s.M / 2 };
        if (s.Rows > 1) yield return s with { Rows = s.Rows / 2 };
        if (s.Columns > 1) yield return s with { Columns = s.Columns / 2 };
        if (s.Kept > 0) yield return s with { Kept = s.Kept / 2 };
    }

    private sealed record ProductCase(int VectorBits, int M, int Rows, int Columns, int Kept, int Seed);
}
