using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Cpu.Kernels;
using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>Steps of an MLP whose operands and results are tiles [channel][token].</summary>
internal static unsafe class MlpTile
{
    /// <summary>
    /// y = W x (+ bias), block by block of the summed index as a dense product adds: the bias after the first one.
    /// </summary>
    /// <param name="more">Room for the sums of a later block.</param>
    /// <param name="bias">Per output, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<S, V>(in SparseOperand w, float* x, float* y, float* more, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        for (int block = 0; block < w.Chunks.Blocks; block++)
        {
            float* sums = block == 0 ? y : more;
            for (int chunk = 0; chunk < w.Chunks.PerBlock; chunk++)
            {
                int bundle = ((block * w.Chunks.PerBlock) + chunk) * w.Bundles;
                SparseTile.Sum<S, V>(
                    w.Bundles, w.Start + bundle, w.OutputOf + (bundle * SparseOrder.Lanes), w.Index, w.Values, x, sums,
                    chunk > 0);
            }

            for (int o = 0; o < w.Outputs && (block > 0 || bias != null); o++)
            {
                float* row = y + (o * size), other = more + (o * size);
                for (nint t = 0; t < size; t += S.Count)
                    S.Store(S.Add(S.Load(row + t), block > 0 ? S.Load(other + t) : S.Broadcast(bias[o])), row + t);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu<S, V>(nint count, float* z, float* h)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint i = 0; i < count; i += S.Count) S.Store(VectorGelu.Value<S, V>(S.Load(z + i)), h + i);
    }

    /// <summary>dz = dh gelu'(z); dz may be z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GeluGradient<S, V>(nint count, float* dh, float* z, float* dz)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint i = 0; i < count; i += S.Count)
            S.Store(S.Multiply(S.Load(dh + i), VectorGelu.Derivative<S, V>(S.Load(z + i))), dz + i);
    }

    /// <summary>sums[c * lanes + l] += tile[c * size + t] for t = l, l + lanes, ..., in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLanes<S, V>(int channels, float* tile, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int c = 0; c < channels; c++, sums += S.Count, tile += TokenTile.Vectors * S.Count)
        {
            var sum = S.Load(sums);
            for (int v = 0; v < TokenTile.Vectors; v++) sum = S.Add(sum, S.Load(tile + (v * S.Count)));
            S.Store(sum, sums);
        }
    }

    /// <summary>target[c] = the sum of channel c's lanes, in halves: lane l and lane l + lanes / 2 first.</summary>
    public static void Fold(int channels, int lanes, float* sums, float* target)
    {
        for (int c = 0; c < channels; c++, sums += lanes)
        {
            for (int half = lanes / 2; half > 0; half /= 2)
            {
                for (int l = 0; l < half; l++) sums[l] += sums[l + half];
            }

            target[c] = sums[0];
        }
    }
}
