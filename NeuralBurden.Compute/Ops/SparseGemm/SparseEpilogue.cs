using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Simd;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>What becomes of the sums of a tile of tokens: bias, residual, GELU, in the order of a dense product.</summary>
internal unsafe struct SparseEpilogue
{
    public int Columns;

    /// <summary>Where sums go, after bias and addend.</summary>
    public float* Target;

    /// <summary>Per column, or null.</summary>
    public float* Bias;

    /// <summary>Per element, or null; may be the target.</summary>
    public float* Add;

    /// <summary>Which function follows, if any.</summary>
    public EpilogueKind Finish;

    /// <summary>z of a GELU: written as target before <see cref="C"/>, or read for its gradient.</summary>
    public float* PreActivation;
    public float* C;

    /// <param name="sums">[tokens][columns], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">At least the columns.</param>
    /// <param name="first">First token.</param>
    /// <param name="tokens">Number of tokens.</param>
    public readonly void Write<S, V>(float* sums, nint stride, int first, int tokens)
        where S : struct, ISimd<V>
        where V : struct
    {
        int whole = Columns / S.Count * S.Count;
        for (int t = 0; t < tokens; t++, sums += stride)
        {
            nint row = (nint)(first + t) * Columns;
            Row<S, V, WholeVector<S, V>>(sums, row, 0, whole, default);
            if (whole < Columns)
                Row<S, V, FirstLanes<S, V>>(sums, row, whole, Columns, new FirstLanes<S, V>(Columns - whole));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Row<S, V, TLanes>(float* sums, nint row, int j, int end, TLanes lanes)
        where S : struct, ISimd<V>
        where V : struct
        where TLanes : struct, ILanes<V>
    {
        float* target = Target + row, add = Add == null ? null : Add + row;
        for (; j < end; j += S.Count)
        {
            var value = S.Load(sums + j);
            if (Bias != null) value = S.Add(value, lanes.Load(Bias + j));
            if (add != null) value = S.Add(value, lanes.Load(add + j));
            if (Finish == EpilogueKind.GeluGradient)
                value = S.Multiply(value, VectorGelu.Derivative<S, V>(lanes.Load(PreActivation + row + j)));
            lanes.Store(value, target + j);
            if (Finish == EpilogueKind.BiasGelu) lanes.Store(VectorGelu.Value<S, V>(value), C + row + j);
        }
    }
}
