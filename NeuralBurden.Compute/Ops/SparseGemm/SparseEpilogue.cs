using NeuralBurden.Compute.Cpu.Kernels;
using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>What becomes of the sums of a tile of tokens: bias, residual, GELU, in the order of a dense product.</summary>
internal unsafe struct SparseEpilogue
{
    public int Tokens;

    /// <summary>Distance between rows of all arrays but the sums.</summary>
    public nint Stride;

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

    /// <param name="sums">[token][<see cref="TokenTile.Group"/>].</param>
    /// <param name="j">First column.</param>
    /// <param name="columns">At most a group.</param>
    public readonly void Write<S, V>(float* sums, int j, int columns)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (columns == TokenTile.Group) Rows<S, V, WholeVector<S, V>>(sums, j, columns, default);
        else
        {
            int whole = columns / S.Count * S.Count;
            if (whole > 0) Rows<S, V, WholeVector<S, V>>(sums, j, whole, default);
            if (whole < columns)
                Rows<S, V, FirstLanes<S, V>>(sums + whole, j + whole, 1, new FirstLanes<S, V>(columns - whole));
        }
    }

    private readonly void Rows<S, V, TLanes>(float* sums, int j, int columns, TLanes lanes)
        where S : struct, ISimd<V>
        where V : struct
        where TLanes : struct, ILanes<V>
    {
        for (int t = 0; t < Tokens; t++)
        {
            nint row = (t * Stride) + j;
            for (int i = 0; i < columns; i += S.Count)
            {
                nint at = row + i;
                var value = S.Load(sums + (t * TokenTile.Group) + i);
                if (Bias != null) value = S.Add(value, lanes.Load(Bias + j + i));
                if (Add != null) value = S.Add(value, lanes.Load(Add + at));
                if (Finish == EpilogueKind.GeluGradient)
                    value = S.Multiply(value, VectorGelu.Derivative<S, V>(lanes.Load(PreActivation + at)));
                lanes.Store(value, Target + at);
                if (Finish == EpilogueKind.BiasGelu) lanes.Store(VectorGelu.Value<S, V>(value), C + at);
            }
        }
    }
}
