using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

[Trait("Category", "Simd")]
public class SparseMlpTests
{
    public static TheoryData<int, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, int>();
            foreach (int bits in (int[])[128, 256, 512])
            {
                cases.Add(bits, 1300, 16, 48);
                cases.Add(bits, 2081, 20, 520);
                cases.Add(bits, 2081, 520, 20);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_mlp_at_once_has_every_bit_of_its_products_one_by_one(int vectorBits, int m, int channels, int hidden)
    {
        using var device = new CpuDevice(vectorBits: vectorBits);
        Assert.True(device.FusesSparseMlp(m, channels, hidden, backward: true));
        foreach (var (first, second) in new[] { (true, true), (false, false), (true, false) })
        {
            using var work = new Work(device, m, channels, hidden);
            float[][] expected = work.OneByOne(first, second);
            Assert.Equal(expected, work.AtOnce(first, second));
            using var single = new CpuDevice(1, vectorBits);
            using var again = new Work(single, m, channels, hidden);
            Assert.Equal(expected, again.AtOnce(first, second));
        }
    }

    [Fact]
    public void Widths_that_do_not_fill_bundles_are_computed_product_by_product()
    {
        using var device = new CpuDevice();
        Assert.False(device.FusesSparseMlp(2000, 18, 64, backward: false));
        using var work = new Work(device, 2000, 18, 66);
        Assert.Equal(work.OneByOne(true, true), work.AtOnce(true, true));
    }

    private sealed class Work : IDisposable
    {
        private readonly Device _device;
        private readonly List<Tensor> _tensors = [];
        private readonly SparseMatrix _fc1;
        private readonly SparseMatrix _fc2;
        private readonly Tensor _x, _residual, _dy, _bias1, _bias2;
        private readonly int _m, _channels, _hidden;

        public Work(Device device, int m, int channels, int hidden)
        {
            (_device, _m, _channels, _hidden) = (device, m, channels, hidden);
            (_x, _residual, _dy) = (Random(m, channels), Random(m, channels), Random(m, channels));
            (_bias1, _bias2) = (Random(hidden), Random(channels));
            (_fc1, _fc2) = (Matrix(hidden, channels), Matrix(channels, hidden));
        }

        public float[][] OneByOne(bool sampled1, bool sampled2)
        {
            Tensor z = Take(_m, _hidden), h = Take(_m, _hidden), dh = Take(_m, _hidden);
            Tensor y = Take(_m, _channels), dx = Take(_m, _channels);
            Tensor d1 = Take(_hidden, _channels), b1 = Take(_hidden), d2 = Take(_channels, _hidden), b2 = Take(_channels);
            _device.SparseGemm(new(GemmForm.NT, _x, _fc1, h, GemmEpilogue.BiasGelu(_bias1, z)));
            _device.SparseGemm(new(GemmForm.NT, h, _fc2, y, GemmEpilogue.BiasResidual(_bias2, _residual)));
            Gradient(sampled2, _dy, h, _fc2, d2);
            _device.ColumnSum(new(_dy, b2));
            _device.SparseGemm(new(GemmForm.NN, _dy, _fc2, dh, GemmEpilogue.GeluGradient(z)));
            Gradient(sampled1, dh, _x, _fc1, d1);
            _device.ColumnSum(new(dh, b1));
            _device.SparseGemm(new(GemmForm.NN, dh, _fc1, dx));
            return Read(y, y, dx, d1, b1, d2, b2);
        }

        public float[][] AtOnce(bool sampled1, bool sampled2)
        {
            Tensor y = Take(_m, _channels), evaluated = Take(_m, _channels), dx = Take(_m, _channels);
            Tensor d1 = Take(_hidden, _channels), b1 = Take(_hidden), d2 = Take(_channels, _hidden), b2 = Take(_channels);
            var saved = _device.AllocateTensor(_device.SparseMlpSaved(_m, _hidden), "saved");
            _tensors.Add(saved);
            var weights = new SparseMlpWeights(_fc1, _bias1, _fc2, _bias2);
            _device.SparseMlp(new(_x, weights, _residual, default, evaluated));
            _device.SparseMlp(new(_x, weights, _residual, saved, y));
            _device.SparseMlpBackward(new(
                _dy, _x, weights, saved, dx, new SparseMlpGradients(d1, sampled1, b1, d2, sampled2, b2)));
            return Read(evaluated, y, dx, d1, b1, d2, b2);
        }

        public void Dispose()
        {
            _fc1.Dispose();
            _fc2.Dispose();
            foreach (var tensor in _tensors) tensor.Buffer.Dispose();
        }

        private void Gradient(bool sampled, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor target)
        {
            if (sampled) _device.SparseWeightGradient(new(dy, x, w, target));
            else _device.Gemm(new(GemmForm.TN, dy, x, target));
        }

        private SparseMatrix Matrix(int rows, int columns)
        {
            var dense = Random(rows, columns);
            float[] values = new float[dense.Count];
            _device.Download(dense, values);
            ulong[] words = SparseWork.Words(values.Length, kept: 12, seed: rows);
            for (int i = 0; i < values.Length; i++)
            {
                if ((words[i / 64] >> (i % 64) & 1) == 0) values[i] = 0;
            }

            _device.Upload(values, dense);
            var matrix = _device.AllocateSparse(dense);
            _device.SparseBuild(matrix, words);
            return matrix;
        }

        private Tensor Random(params int[] shape)
        {
            var tensor = Take(shape);
            float[] values = new float[tensor.Count];
            uint stream = (uint)_tensors.Count;
            for (int i = 0; i < values.Length; i++) values[i] = (float)(Philox.Uniform(9, stream, 0, (ulong)i) - 0.5);
            _device.Upload(values, tensor);
            return tensor;
        }

        private Tensor Take(params int[] shape)
        {
            var tensor = _device.AllocateTensor(shape.Length == 1 ? new Shape(shape[0]) : new Shape(shape[0], shape[1]), "test");
            _tensors.Add(tensor);
            return tensor;
        }

        private float[][] Read(params Tensor[] tensors) => [.. tensors.Select(t =>
        {
            float[] values = new float[t.Count];
            _device.Download(t, values);
            return values;
        })];
    }
}
