using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>y = x W^T or x W of a masked W, by its sparse form.</summary>
internal sealed class MaskedProductMeasured : IMeasured, IDisposable
{
    private readonly Device _device;
    private readonly GemmForm _form;
    private readonly Tensor _w, _x, _y;
    private readonly SampledProduct _expected;
    private readonly Tolerance _tolerance;

    /// <param name="device">Where it runs.</param>
    /// <param name="pattern">Of the mask.</param>
    /// <param name="form">NT or NN.</param>
    /// <param name="x">[m, k].</param>
    /// <param name="values">Those of <paramref name="x"/>.</param>
    /// <param name="y">[m, n], written.</param>
    /// <param name="tolerance">Of a dense product.</param>
    public MaskedProductMeasured(
        Device device, MaskPattern pattern, GemmForm form, in Tensor x, float[] values, in Tensor y, Tolerance tolerance)
    {
        (_device, _form, _x, _y, _tolerance, Pattern) = (device, form, x, y, tolerance, pattern);
        int m = x.Shape[0], k = x.Shape[1], n = y.Shape[1];
        var (rows, columns) = form == GemmForm.NT ? (n, k) : (k, n);
        var w = pattern.Draw(new CaseSource(11), rows, columns, k);
        _expected = new SampledProduct(form, m, n, k, values, w.Values);
        _w = device.AllocateTensor(new Shape(rows, columns), pattern.Name);
        device.Upload(w.Values, _w);
        Matrix = device.AllocateSparse(_w, form: pattern.Form);
        device.SparseBuild(Matrix, w.Words);
    }

    public MaskPattern Pattern { get; }

    public SparseMatrix Matrix { get; }

    public double Work => _form == GemmForm.NT ? Matrix.ForwardWork : Matrix.InputWork;

    public string Name => Pattern.Name;

    /// <inheritdoc/>
    public string? Check()
    {
        _device.Clear(_y);
        Run();
        float[] y = new float[_y.Count];
        _device.Download(_y, y);
        return _expected.Compare(_tolerance, y) is { } difference ? $"{Name}: {difference}" : null;
    }

    /// <inheritdoc/>
    public void Run() => _device.SparseGemm(new(_form, _x, Matrix, _y));

    /// <inheritdoc/>
    public void Complete() => _device.Synchronize();

    public void Dispose()
    {
        Matrix.Dispose();
        _w.Buffer.Dispose();
    }
}
