using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Simd;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// The last step of a tile whose epilogue is not a mere sum. The product lies in a small buffer of its own, where
/// reading it back never waits for the stores to C: rows a multiple of 2 KiB apart look alike to a store buffer.
/// </summary>
internal static unsafe class GemmFinish
{
    /// <summary>z = tile (+ sum), c = gelu(z).</summary>
    /// <param name="sum">Earlier K blocks, or null; may be c.</param>
    /// <param name="stride">Distance between rows of z, c and sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Gelu<S, V>(
        int rows, int columns, float* tile, int tileStride, float* sum, float* z, float* c, nint stride)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < rows; i++, tile += tileStride, z += stride, c += stride)
        {
            for (int j = 0; j < columns; j += S.Count)
            {
                int count = columns - j;
                var value = S.Load(tile + j);
                if (sum != null) value = S.Add(value, S.LoadPartial(sum + (i * stride) + j, count));
                S.StorePartial(value, z + j, count);
                S.StorePartial(VectorGelu.Value<S, V>(value), c + j, count);
            }
        }
    }

    /// <summary>c = (tile (+ sum)) gelu'(z); arguments as in <see cref="Gelu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void GeluGradient<S, V>(
        int rows, int columns, float* tile, int tileStride, float* sum, float* z, float* c, nint stride)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* row = tile;
        for (int i = 0; i < rows; i++, row += tileStride, z += stride)
        {
            for (int j = 0; j < columns; j += S.Count)
            {
                int count = columns - j;
                var value = S.Load(row + j);
                if (sum != null) value = S.Add(value, S.LoadPartial(sum + (i * stride) + j, count));
                S.Store(S.Multiply(value, VectorGelu.Derivative<S, V>(S.LoadPartial(z + j, count))), row + j);
            }
        }

        for (int i = 0; i < rows; i++, tile += tileStride, c += stride)
        {
            for (int j = 0; j < columns; j += S.Count) S.StorePartial(S.Load(tile + j), c + j, columns - j);
        }
    }
}
