using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd;

/// <summary>Elementary functions over any vector width, accurate to a few units in the last place of float32.</summary>
internal static class VectorMath
{
    /// <summary>
    /// e^x = 2^n p(r) with |r| at most ln 2 / 2 (Cephes' coefficients); relative error below 1e-7. Clamped to the
    /// normal range: below -87.3 the result is about 1e-38 instead of a denormal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        // The bound comes first: x86 min and max return their second operand when one is NaN, so a NaN stays one.
        x = S.Min(S.Broadcast(88.3f), S.Max(S.Broadcast(-87.3f), x));
        var n = S.Round(S.Multiply(x, S.Broadcast(1.44269504f)));
        var r = S.MultiplyAdd(n, S.Broadcast(-0.693359375f), x);
        r = S.MultiplyAdd(n, S.Broadcast(2.12194440e-4f), r);
        var p = S.Broadcast(1.9875691500e-4f);
        p = S.MultiplyAdd(p, r, S.Broadcast(1.3981999507e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(8.3334519073e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(4.1665795894e-2f));
        p = S.MultiplyAdd(p, r, S.Broadcast(1.6666665459e-1f));
        p = S.MultiplyAdd(p, r, S.Broadcast(5.0000001201e-1f));
        p = S.Add(S.MultiplyAdd(p, S.Multiply(r, r), r), S.Broadcast(1f));
        return S.Multiply(p, S.PowerOfTwo(n));
    }

    /// <summary>
    /// 2^x for x at most 127, or NaN: exactly 0 from about -127 down, also for -infinity. Cephes' coefficients on half
    /// an octave to either side; relative error below 2e-7 besides that of x.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp2<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        var f = BeginExp2<S, V>(x, out var biased);
        return EndExp2<S, V>(f, biased);
    }

    /// <summary>
    /// The first half of <see cref="Exp2"/>, for loops that take one vector's second half together with the next one's
    /// first: a whole chain of dependent operations fills the processor's window before it overlaps with another.
    /// </summary>
    /// <param name="biased">The integer part, to be an exponent.</param>
    /// <returns>The rest, at most 1/2.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V BeginExp2<S, V>(V x, out V biased)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits, here with the exponent's offset of 127.
        // At -127 these bits, taken for an exponent, are those of 0.
        const float round = 12582912 + 127;
        x = S.Max(S.Broadcast(-127f), x);
        biased = S.Add(x, S.Broadcast(round));
        return S.Subtract(x, S.Subtract(biased, S.Broadcast(round)));
    }

    /// <summary>The second half of <see cref="Exp2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V EndExp2<S, V>(V f, V biased)
        where S : struct, ISimd<V>
        where V : struct
    {
        var p = S.Broadcast(1.535336188e-4f);
        p = S.MultiplyAdd(p, f, S.Broadcast(1.339887440e-3f));
        p = S.MultiplyAdd(p, f, S.Broadcast(9.618437357e-3f));
        p = S.MultiplyAdd(p, f, S.Broadcast(5.550332471e-2f));
        p = S.MultiplyAdd(p, f, S.Broadcast(2.402264791e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(6.931472029e-1f));
        return S.Multiply(S.MultiplyAdd(p, f, S.Broadcast(1f)), S.ExponentFromLowBits(biased));
    }

    /// <summary>
    /// Gaussian error function complement, halved: erfc(z) / 2 for z at least 0, given e^(-z z)
    /// (Abramowitz and Stegun 7.1.26, absolute error 1.5e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HalfErfc<S, V>(V z, V expMinusSquare)
        where S : struct, ISimd<V>
        where V : struct
    {
        var t = S.Divide(S.Broadcast(1f), S.MultiplyAdd(z, S.Broadcast(0.3275911f), S.Broadcast(1f)));
        var p = S.MultiplyAdd(S.Broadcast(0.5f * 1.061405429f), t, S.Broadcast(0.5f * -1.453152027f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.5f * 1.421413741f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.5f * -0.284496736f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.5f * 0.254829592f));
        return S.Multiply(S.Multiply(p, t), expMinusSquare);
    }
}
