using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>A random masked matrix for the contracts of sparse ops.</summary>
internal sealed class SparseCase
{
    private readonly ulong[] _mask;

    public SparseCase(CaseSource source, int rows, int columns, int summands)
    {
        int count = rows * columns;
        (Rows, Columns, Values) = (rows, columns, source.Floats(count, 1 / MathF.Sqrt(Math.Max(1, summands))));
        // From no weight at all over the usual few percent to all of them.
        int kept = source.Pick(0, 3, 10, 10, 30, 60, 100);
        _mask = new ulong[(count + 63) / 64];
        for (int i = 0; i < count; i++)
        {
            if (source.Int(0, 99) < kept) _mask[i / 64] |= 1UL << (i % 64);
            else Values[i] = 0;
        }

        Description = $"W {rows} x {columns}, {kept} % kept";
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Masked weights, row-major.</summary>
    public float[] Values { get; }

    public string Description { get; }

    public OpArgument Argument => OpArgument.Input("w", new Shape(Rows, Columns), Values);

    public long Kept => _mask.Sum(word => (long)System.Numerics.BitOperations.PopCount(word));

    /// <summary>Runs an op on the sparse form of a dense tensor of the device.</summary>
    public void With(in Tensor dense, Action<Device, SparseMatrix> run)
    {
        var device = (Device)dense.Buffer.Device;
        using var matrix = device.AllocateSparse(dense);
        device.SparseBuild(matrix, _mask);
        run(device, matrix);
    }
}
