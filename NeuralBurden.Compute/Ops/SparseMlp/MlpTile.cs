using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>Steps of an MLP whose operands and results are tiles [channel][token].</summary>
internal static unsafe class MlpTile
{
    /// <summary>
    /// y = W x (+ bias), block by block of the summed index as a dense product adds: the bias after the first one.
    /// </summary>
    /// <param name="size">Of the tiles' rows.</param>
    /// <param name="more">Room for the sums of a later block.</param>
    /// <param name="bias">Per output, or null.</param>
    /// <param name="ahead">Memory that will be wanted next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<S, V>(
        in SparseOperand w, int size, float* x, float* y, float* more, float* bias, LinePrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int block = 0; block < w.Chunks.Blocks; block++)
        {
            float* sums = block == 0 ? y : more;
            for (int chunk = 0; chunk < w.Chunks.PerBlock; chunk++)
            {
                int bundle = ((block * w.Chunks.PerBlock) + chunk) * w.Bundles;
                float* added = block == 0 && chunk == w.Chunks.PerBlock - 1 ? bias : null;
                SparseTile.Sum<S, V>(w, bundle, size, x, sums, chunk > 0, added, block + chunk == 0 ? ahead : default);
            }

            for (nint i = 0; i < (nint)w.Outputs * size && block > 0; i += S.Count)
                S.Store(S.Add(S.Load(y + i), S.Load(more + i)), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu<S, V>(nint count, float* z, float* h)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint i = 0; i < count; i += S.Count) S.Store(VectorGelu.Value<S, V>(S.Load(z + i)), h + i);
    }

    /// <summary>h = gelu(z), kept a second time, and the derivative gelu'(z).</summary>
    /// <param name="stream">Whether the last two go past the caches.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GeluWithDerivative<S, V>(nint count, float* z, float* h, float* derivative, float* kept, bool stream)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint i = 0; i < count; i += S.Count)
        {
            var value = VectorGelu.Both<S, V>(S.Load(z + i), out var slope);
            S.Store(value, h + i);
            if (stream)
            {
                S.Stream(slope, derivative + i);
                S.Stream(value, kept + i);
            }
            else
            {
                S.Store(slope, derivative + i);
                S.Store(value, kept + i);
            }
        }
    }

    /// <summary>dz = dh times the derivative; dz may be either of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<S, V>(nint count, float* dh, float* derivative, float* dz)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint i = 0; i < count; i += S.Count) S.Store(S.Multiply(S.Load(dh + i), S.Load(derivative + i)), dz + i);
    }
}
