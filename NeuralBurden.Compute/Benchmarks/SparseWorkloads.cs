using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The linear layers of a block at 90 % unstructured sparsity, some also at 95 % and in blocks.</summary>
internal static class SparseWorkloads
{
    public static IEnumerable<OpWorkload> Products(OpContract contract, StepExtents e)
    {
        int m = e.Rows, d = e.Dim, f = e.MlpDim;
        yield return Product(contract, "qkv", GemmForm.NT, m, 3 * d, d);
        yield return Product(contract, "fc1", GemmForm.NT, m, f, d);
        yield return Product(contract, "fc2", GemmForm.NT, m, d, f);
        yield return Product(contract, "fc1 dX", GemmForm.NN, m, d, f);
        yield return Product(contract, "fc2 dX", GemmForm.NN, m, f, d);
        yield return Product(contract, "fc1 95 %", GemmForm.NT, m, f, d, new Pattern(Kept: 5));
        yield return Product(contract, "fc2 95 %", GemmForm.NT, m, d, f, new Pattern(Kept: 5));
        yield return Product(contract, "fc1 16x1", GemmForm.NT, m, f, d, new Pattern(Height: 16));
        yield return Product(contract, "fc2 16x1", GemmForm.NT, m, d, f, new Pattern(Height: 16));
        yield return Product(contract, "fc1 dX 1x8", GemmForm.NN, m, d, f, new Pattern(Width: 8));
        yield return Product(contract, "fc2 dX 1x8", GemmForm.NN, m, f, d, new Pattern(Width: 8));
    }

    public static IEnumerable<OpWorkload> Gradients(OpContract contract, StepExtents e)
    {
        yield return Gradient(contract, "fc1 dW", e.Rows, e.MlpDim, e.Dim);
        yield return Gradient(contract, "fc2 dW", e.Rows, e.Dim, e.MlpDim);
    }

    public static IEnumerable<OpWorkload> Refresh(OpContract contract, StepExtents e)
    {
        var w = new MaskedMatrix(e.MlpDim, e.Dim);
        Shape x = new(1, e.Dim), y = new(1, e.MlpDim);
        // What a refresh writes is seen through a product.
        yield return new OpWorkload(
            contract,
            "SparseRefresh fc1",
            new OpCase(
                w.Description,
                [OpArgument.Input("x", x, w.Source.Floats(x.Count)), w.Argument, OpArgument.Output("y", y)],
                (device, t) => w.With(t[1], matrix => device.SparseGemm(new(GemmForm.NT, t[0], matrix, t[2]))),
                new OpCost(0, 12 * w.Kept)))
        {
            BuildSparse = t => w.Build(t[1]),
            RunSparse = (device, _, matrix) => device.SparseRefresh(matrix),
        };
    }

    private static OpWorkload Product(
        OpContract contract, string name, GemmForm form, int m, int n, int k, Pattern? pattern = null)
    {
        var w = form == GemmForm.NT ? new MaskedMatrix(n, k, pattern) : new MaskedMatrix(k, n, pattern);
        Shape x = new(m, k), y = new(m, n);
        return new OpWorkload(
            contract,
            $"SparseGemm {name}",
            new OpCase(
                $"{form} {m} x {n} x {k}, {w.Description}",
                [OpArgument.Input("x", x, w.Source.Floats(x.Count)), w.Argument, OpArgument.Output("y", y)],
                (device, t) => w.With(t[1], matrix => device.SparseGemm(new(form, t[0], matrix, t[2]))),
                SparseGemmContract.CostOf(m, n, k, w.Kept)))
        {
            BuildSparse = t => w.Build(t[1]),
            RunSparse = (device, t, matrix) => device.SparseGemm(new(form, t[0], matrix, t[2])),
        };
    }

    private static OpWorkload Gradient(OpContract contract, string name, int m, int rows, int columns)
    {
        var w = new MaskedMatrix(rows, columns);
        Shape dy = new(m, rows), x = new(m, columns), dw = new(rows, columns);
        // Entries that are not kept may be left as they were: zeros on every device.
        return new OpWorkload(
            contract,
            $"SparseWeightGradient {name}",
            new OpCase(
                $"{rows} x {columns} x {m}, {w.Description}",
                [
                    OpArgument.Input("dy", dy, w.Source.Floats(dy.Count)),
                    OpArgument.Input("x", x, w.Source.Floats(x.Count)),
                    w.Argument,
                    OpArgument.Output("dw", dw, new float[dw.Count]),
                ],
                (device, t) => w.With(t[2], matrix => device.SparseWeightGradient(new(t[0], t[1], matrix, t[3]))),
                SparseGemmContract.CostOf(m, rows, columns, w.Kept)))
        {
            BuildSparse = t => w.Build(t[2]),
            RunSparse = (device, t, matrix) => device.SparseWeightGradient(new(t[0], t[1], matrix, t[3])),
        };
    }

    /// <summary>Blocks of <paramref name="Height"/> outputs and <paramref name="Width"/> inputs are kept together.</summary>
    private sealed record Pattern(int Kept = 10, int Height = 1, int Width = 1)
    {
        public override string ToString() => $"{100 - Kept} % sparse{(Height * Width > 1 ? $" in {Height} x {Width}" : "")}";
    }

    private sealed class MaskedMatrix
    {
        private readonly ulong[] _mask;
        private readonly float[] _values;
        private readonly Shape _shape;
        private readonly Pattern _pattern;

        public MaskedMatrix(int rows, int columns, Pattern? pattern = null)
        {
            _shape = new Shape(rows, columns);
            _pattern = pattern ?? new Pattern();
            int across = (columns + _pattern.Width - 1) / _pattern.Width;
            var kept = new bool[(rows + _pattern.Height - 1) / _pattern.Height * across];
            for (int i = 0; i < kept.Length; i++) kept[i] = Source.Int(0, 99) < _pattern.Kept;
            _values = Source.Floats(_shape.Count, 1 / MathF.Sqrt(columns));
            _mask = new ulong[(_shape.Count + 63) / 64];
            for (int i = 0; i < _values.Length; i++)
            {
                int block = (i / columns / _pattern.Height * across) + (i % columns / _pattern.Width);
                if (kept[block]) _mask[i / 64] |= 1UL << (i % 64);
                else _values[i] = 0;
            }
        }

        public CaseSource Source { get; } = new(9);

        public long Kept => _mask.Sum(word => (long)System.Numerics.BitOperations.PopCount(word));

        public string Description => _pattern.ToString();

        public OpArgument Argument => OpArgument.Input("w", _shape, _values);

        public SparseMatrix Build(in Tensor dense)
        {
            var device = (Device)dense.Buffer.Device;
            var matrix = device.AllocateSparse(dense);
            device.SparseBuild(matrix, _mask);
            return matrix;
        }

        public void With(in Tensor dense, Action<SparseMatrix> run)
        {
            using var matrix = Build(dense);
            run(matrix);
        }
    }
}
