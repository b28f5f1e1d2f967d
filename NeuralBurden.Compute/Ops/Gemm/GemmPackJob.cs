using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>Packs all of B, one K block after the other; a part is a range of columns.</summary>
internal readonly unsafe struct GemmPackJob(GemmOperands operands, float* packed, int kBlock, int columnsPerPart) : ISimdJob
{
    private readonly GemmOperands _operands = operands;
    private readonly float* _packed = packed;
    private readonly int _kBlock = kBlock, _columnsPerPart = columnsPerPart;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = part * _columnsPerPart, last = Math.Min(_operands.N, first + _columnsPerPart);
        nint width = (nint)Panels.Size(1, _operands.N, S.Count), stride = _operands.BStride;
        for (int k0 = 0; k0 < _operands.K; k0 += _kBlock)
        {
            int k = Math.Min(_kBlock, _operands.K - k0);
            float* b = _operands.B + (_operands.TransposeB ? k0 : k0 * stride);
            Panels.Pack<S, V>(_operands.TransposeB, k, first, last, b, stride, _packed + (k0 * width));
        }
    }
}
