using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Tests.Compute;

/// <summary>A random masked matrix with activations around it, on one device.</summary>
internal sealed class SparseWork : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _dense;
    private readonly Tensor _x;
    private readonly Tensor _dy;
    private readonly Tensor _bias;
    private readonly Tensor _auxiliary;
    private readonly Tensor _out;
    private readonly Tensor _dw;
    private readonly float[] _hostAuxiliary;
    private readonly int _m;

    public SparseWork(Device device, int m, int rows, int columns, int kept, int seed)
    {
        (_device, _m) = (device, m);
        int widest = Math.Max(rows, columns);
        _dense = device.AllocateTensor(new Shape(rows, columns), "w");
        _x = device.AllocateTensor(new Shape(m, columns), "x");
        _dy = device.AllocateTensor(new Shape(m, rows), "dy");
        _bias = device.AllocateTensor(new Shape(widest), "bias");
        _auxiliary = device.AllocateTensor(new Shape(m, widest), "auxiliary");
        _out = device.AllocateTensor(new Shape(m, widest), "out");
        _dw = device.AllocateTensor(new Shape(rows, columns), "dw");
        var random = new Random(seed);
        foreach (var tensor in (Tensor[])[_x, _dy, _bias]) device.Upload(Values(random, (int)tensor.Count), tensor);
        _hostAuxiliary = Values(random, m * widest);
        Matrix = device.AllocateSparse(_dense);
        Mask(kept, seed);
    }

    public SparseMatrix Matrix { get; }

    public static ulong[] Words(int count, int kept, int seed)
    {
        var random = new Random(seed);
        ulong[] words = new ulong[(count + 63) / 64];
        for (int i = 0; i < count; i++)
        {
            if (random.Next(100) < kept) words[i / 64] |= 1UL << (i % 64);
        }

        return words;
    }

    public void Mask(int kept, int seed) => Mask(Words((int)_dense.Count, kept, seed), seed);

    /// <summary>A mask that keeps whole blocks of <paramref name="height"/> x <paramref name="width"/> weights.</summary>
    public void MaskBlocks(int height, int width, int kept, int seed)
    {
        int columns = _dense.Shape[1], across = (columns + width - 1) / width;
        ulong[] blocks = Words(((_dense.Shape[0] + height - 1) / height) * across, kept, seed);
        ulong[] words = new ulong[(_dense.Count + 63) / 64];
        for (int i = 0; i < _dense.Count; i++)
        {
            int block = (i / columns / height * across) + (i % columns / width);
            words[i / 64] |= (blocks[block / 64] >> (block % 64) & 1) << (i % 64);
        }

        Mask(words, seed);
    }

    private void Mask(ulong[] words, int seed)
    {
        float[] values = Values(new Random(seed + 1), (int)_dense.Count);
        for (int i = 0; i < values.Length; i++)
        {
            if ((words[i / 64] >> (i % 64) & 1) == 0) values[i] = 0;
        }

        _device.Upload(values, _dense);
        _device.SparseBuild(Matrix, words);
    }

    public float[] Dense(GemmForm form, EpilogueKind kind)
    {
        var (x, y, epilogue) = Arguments(form, kind);
        _device.Gemm(new(form, x, _dense, y, epilogue));
        return Result(y, epilogue);
    }

    /// <summary>dX, dW and db of a linear layer in one op, or by the ops that it is made of.</summary>
    public float[][] Backward(bool sampled, bool atOnce)
    {
        Tensor dx = _out.Slice(0, _x.Shape), bias = _auxiliary.Slice(0, new Shape(Matrix.Rows));
        if (atOnce)
        {
            _device.SparseLinearBackward(new(_dy, _x, Matrix, dx, _dw, sampled, bias));
        }
        else
        {
            _device.SparseGemm(new(GemmForm.NN, _dy, Matrix, dx));
            _device.ColumnSum(new(_dy, bias));
            if (sampled) _device.SparseWeightGradient(new(_dy, _x, Matrix, _dw));
            else _device.Gemm(new(GemmForm.TN, _dy, _x, _dw));
        }

        return [Host(dx), Host(_dw), Host(bias)];
    }

    public float[] Sparse(GemmForm form, EpilogueKind kind)
    {
        var (x, y, epilogue) = Arguments(form, kind);
        _device.SparseGemm(new(form, x, Matrix, y, epilogue));
        return Result(y, epilogue);
    }

    public void Run(GemmForm form, in Tensor x) => _device.SparseGemm(new(form, x, Matrix, _out));

    public float[] WeightGradient()
    {
        _device.SparseWeightGradient(new(_dy, _x, Matrix, _dw));
        return Host(_dw);
    }

    /// <summary>What a training step does after a mask update.</summary>
    public void Step(ReadOnlySpan<ulong> words)
    {
        _device.SparseBuild(Matrix, words);
        _device.SparseRefresh(Matrix);
        var (x, y, epilogue) = Arguments(GemmForm.NT, EpilogueKind.BiasGelu);
        _device.SparseGemm(new(GemmForm.NT, x, Matrix, y, epilogue));
        (x, y, epilogue) = Arguments(GemmForm.NN, EpilogueKind.GeluGradient);
        _device.SparseGemm(new(GemmForm.NN, x, Matrix, y, epilogue));
        _device.SparseWeightGradient(new(_dy, _x, Matrix, _dw));
    }

    public void Dispose()
    {
        Matrix.Dispose();
        foreach (var tensor in (Tensor[])[_dense, _x, _dy, _bias, _auxiliary, _out, _dw]) tensor.Buffer.Dispose();
    }

    private float[] Host(in Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        _device.Download(tensor, values);
        return values;
    }

    private (Tensor X, Tensor Y, GemmEpilogue Epilogue) Arguments(GemmForm form, EpilogueKind kind)
    {
        int n = form == GemmForm.NT ? Matrix.Rows : Matrix.Columns;
        Shape shape = new(_m, n);
        Tensor bias = _bias.Slice(0, new Shape(n)), auxiliary = _auxiliary.Slice(0, shape);
        _device.Upload(_hostAuxiliary.AsSpan(0, (int)shape.Count), auxiliary);
        var epilogue = kind switch
        {
            EpilogueKind.Bias => GemmEpilogue.AddBias(bias),
            EpilogueKind.BiasGelu => GemmEpilogue.BiasGelu(bias, auxiliary),
            EpilogueKind.BiasResidual => GemmEpilogue.BiasResidual(bias, auxiliary),
            EpilogueKind.GeluGradient => GemmEpilogue.GeluGradient(auxiliary),
            _ => GemmEpilogue.None,
        };
        return (form == GemmForm.NT ? _x : _dy, _out.Slice(0, shape), epilogue);
    }

    private float[] Result(in Tensor y, in GemmEpilogue epilogue)
    {
        _device.Synchronize();
        float[] values = new float[2 * y.Count];
        _device.Download(y, values.AsSpan(0, (int)y.Count));
        if (epilogue.Kind == EpilogueKind.BiasGelu) _device.Download(epilogue.Auxiliary, values.AsSpan((int)y.Count));
        return values;
    }

    private static float[] Values(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextSingle() * 2) - 1;
        return values;
    }
}
