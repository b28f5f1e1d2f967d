using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>Packs all of B, one K block after the other; a part is a range of columns.</summary>
internal unsafe struct GemmPackJob : ISimdJob
{
    public GemmOperands Operands;
    public float* Packed;
    public int KBlock;
    public int ColumnsPerPart;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = part * ColumnsPerPart, last = Math.Min(Operands.N, first + ColumnsPerPart);
        nint width = (nint)Panels.Size(1, Operands.N, S.Count), stride = Operands.BStride;
        for (int k0 = 0; k0 < Operands.K; k0 += KBlock)
        {
            int k = Math.Min(KBlock, Operands.K - k0);
            float* b = Operands.B + (Operands.TransposeB ? k0 : k0 * stride);
            Panels.Pack<S, V>(Operands.TransposeB, k, first, last, b, stride, Packed + (k0 * width));
        }
    }
}
