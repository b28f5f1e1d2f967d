using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Cpu.Simd;

namespace NeuralBurden.Compute.Ops.Gelu;

/// <summary>gelu(x) = x Phi(x) and gelu'(x) = Phi(x) + x phi(x) for vectors of any width; absolute error below 4e-7.</summary>
internal static unsafe class VectorGelu
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static V Value<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        var z = S.Multiply(S.Abs(x), S.Broadcast(0.70710678f));
        var q = VectorMath.HalfErfc<S, V>(z, VectorMath.Exp<S, V>(S.Negate(S.Multiply(z, z))));
        return S.Multiply(x, S.SelectLess(x, S.Zero, q, S.Subtract(S.Broadcast(1f), q)));
    }

    [MethodImpl(Inline)]
    public static V Derivative<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Beyond 14 the derivative is 0 or 1; the bound keeps an infinite x from meeting a zero. A NaN stays one.
        x = S.Min(S.Broadcast(14f), S.Max(S.Broadcast(-14f), x));
        var z = S.Multiply(S.Abs(x), S.Broadcast(0.70710678f));
        var e = VectorMath.Exp<S, V>(S.Negate(S.Multiply(z, z)));
        var q = VectorMath.HalfErfc<S, V>(z, e);
        var cdf = S.SelectLess(x, S.Zero, q, S.Subtract(S.Broadcast(1f), q));
        return S.MultiplyAdd(S.Multiply(x, S.Broadcast(0.39894228f)), e, cdf);
    }

    /// <summary>y = gelu(x) on a block; both have rows <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<S, V>(int rows, int columns, float* x, float* y, nint stride)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < rows; i++, x += stride, y += stride)
        {
            int j = 0;
            for (; j + S.Count <= columns; j += S.Count) S.Store(Value<S, V>(S.Load(x + j)), y + j);
            if (j < columns) S.StorePartial(Value<S, V>(S.LoadPartial(x + j, columns - j)), y + j, columns - j);
        }
    }

    /// <summary>y = y gelu'(x) on a block; both have rows <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientRows<S, V>(int rows, int columns, float* x, float* y, nint stride)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < rows; i++, x += stride, y += stride)
        {
            for (int j = 0; j < columns; j += S.Count)
            {
                int count = columns - j;
                var gradient = S.Multiply(S.LoadPartial(y + j, count), Derivative<S, V>(S.LoadPartial(x + j, count)));
                S.StorePartial(gradient, y + j, count);
            }
        }
    }
}
