using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;

namespace NeuralBurden.Compute.Ops.Gelu;

/// <summary>gelu(x) = x Phi(x) and gelu'(x) = Phi(x) + x phi(x) for vectors of any width; absolute error below 4e-7.</summary>
internal static class VectorGelu
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static V Value<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        var z = S.Multiply(S.Abs(x), S.Broadcast(0.70710678f));
        var q = VectorMath.HalfErfc<S, V>(z, Bell<S, V>(x));
        return S.Multiply(x, S.SelectLess(x, S.Zero, q, S.Subtract(S.Broadcast(1f), q)));
    }

    [MethodImpl(Inline)]
    public static V Derivative<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        Both<S, V>(x, out var derivative);
        return derivative;
    }

    /// <summary>gelu(x) and gelu'(x), which share all that is expensive.</summary>
    [MethodImpl(Inline)]
    public static V Both<S, V>(V x, out V derivative)
        where S : struct, ISimd<V>
        where V : struct
    {
        var e = Bell<S, V>(x);
        var q = VectorMath.HalfErfc<S, V>(S.Multiply(S.Abs(x), S.Broadcast(0.70710678f)), e);
        var cdf = S.SelectLess(x, S.Zero, q, S.Subtract(S.Broadcast(1f), q));
        // Beyond 14 the density is 0 in effect; the bound keeps an infinite x from meeting a zero. A NaN stays one.
        var bounded = S.Min(S.Broadcast(14f), S.Max(S.Broadcast(-14f), x));
        derivative = S.MultiplyAdd(S.Multiply(bounded, S.Broadcast(0.39894228f)), e, cdf);
        return S.Multiply(x, cdf);
    }

    /// <summary>e^(-x x / 2).</summary>
    [MethodImpl(Inline)]
    private static V Bell<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct => VectorMath.Exp2<S, V>(S.Multiply(S.Multiply(x, x), S.Broadcast(-0.72134752f)));
}
