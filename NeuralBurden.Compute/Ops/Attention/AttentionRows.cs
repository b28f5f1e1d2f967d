using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>What attention does to rows of scores between its products.</summary>
internal static unsafe class AttentionRows
{
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>
    /// Row by row: scores become 2^(score * scale + bias - maximum), and the factor 1 / their sum; scale and bias carry
    /// the logarithm of e to base 2. A score of -infinity gives exactly 0. The loops go down the columns of vectors, as a
    /// row is few of them and would wait for its own maximum; sums are in ascending order all the same.
    /// </summary>
    /// <param name="reduced">Room for a vector a row.</param>
    public static void Softmax<S, V>(
        int rows, int width, float* scores, float* bias, float scale, float* factors, float* reduced)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int j = 0; j < width; j += S.Count)
            Largest<S, V>(rows, width, scores + j, S.Load(bias + j), scale, j > 0, reduced);
        for (int i = 0; i < rows; i++) factors[i] = S.MaxLane(S.Load(reduced + (i * S.Count)));
        for (int j = 0; j < width; j += S.Count)
            Powers<S, V>(rows, width, scores + j, S.Load(bias + j), scale, factors, j > 0, reduced);
        for (int i = 0; i < rows; i++) factors[i] = 1 / S.Sum(S.Load(reduced + (i * S.Count)));
    }

    /// <summary>Row i of the target is row i of the source times factor i.</summary>
    [MethodImpl(Kernel)]
    public static void Scale<S, V>(
        int rows, int count, float* source, nint sourceRow, float* target, nint targetRow, float* factors)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = count - (count % S.Count), rest = count - full;
        for (int i = 0; i < rows; i++, source += sourceRow, target += targetRow)
        {
            var by = S.Broadcast(factors[i]);
            for (int j = 0; j < full; j += S.Count) S.Store(S.Multiply(S.Load(source + j), by), target + j);
            if (rest > 0) S.StorePartial(S.Multiply(S.LoadPartial(source + full, rest), by), target + full, rest);
        }
    }

    /// <summary>
    /// The same into rows without gaps, in ascending order: but for the last one, each row ends in a whole vector, whose
    /// surplus the next row overwrites. Sources have whole vectors.
    /// </summary>
    [MethodImpl(Kernel)]
    public static void ScaleDensely<S, V>(int rows, int count, float* source, nint sourceRow, float* target, float* factors)
        where S : struct, ISimd<V>
        where V : struct
    {
        // A row shorter than a vector would not cover the surplus of the one before.
        int whole = count < S.Count ? 0 : rows - 1;
        for (int i = 0; i < whole; i++, source += sourceRow, target += count)
        {
            var by = S.Broadcast(factors[i]);
            for (int j = 0; j < count; j += S.Count) S.Store(S.Multiply(S.Load(source + j), by), target + j);
        }

        Scale<S, V>(rows - whole, count, source, sourceRow, target, count, factors + whole);
    }

    /// <summary>
    /// Through the softmax, in place: dP becomes scale * P (dP - sum(dP P)). The sums of all rows come first: none waits for
    /// its own.
    /// </summary>
    /// <param name="p">Probabilities [rows, count].</param>
    /// <param name="gradient">dP, whole vectors a row.</param>
    /// <param name="sums">Room for a number a row.</param>
    [MethodImpl(Kernel)]
    public static void ScoreGradients<S, V>(
        int rows, int count, float* p, float* gradient, nint gradientRow, float scale, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = count - (count % S.Count), rest = count - full;
        float* row = p, rowGradient = gradient;
        for (int i = 0; i < rows; i++, row += count, rowGradient += gradientRow)
        {
            var dot = S.Zero;
            for (int j = 0; j < full; j += S.Count) dot = S.MultiplyAdd(S.Load(row + j), S.Load(rowGradient + j), dot);
            if (rest > 0) dot = S.MultiplyAdd(S.LoadPartial(row + full, rest), S.Load(rowGradient + full), dot);
            sums[i] = S.Sum(dot);
        }

        var by = S.Broadcast(scale);
        for (int i = 0; i < rows; i++, p += count, gradient += gradientRow)
        {
            var sum = S.Broadcast(sums[i]);
            for (int j = 0; j < full; j += S.Count)
                S.Store(S.Multiply(S.Multiply(S.Load(p + j), by), S.Subtract(S.Load(gradient + j), sum)), gradient + j);
            if (rest > 0)
            {
                var factor = S.Multiply(S.LoadPartial(p + full, rest), by);
                S.Store(S.Multiply(factor, S.Subtract(S.Load(gradient + full), sum)), gradient + full);
            }
        }
    }

    [MethodImpl(Kernel)]
    private static void Largest<S, V>(int rows, nint width, float* scores, V bias, float scale, bool carry, float* reduced)
        where S : struct, ISimd<V>
        where V : struct
    {
        V by = S.Broadcast(scale), least = S.Broadcast(float.NegativeInfinity);
        for (int i = 0; i < rows; i++, scores += width, reduced += S.Count)
            S.Store(S.Max(carry ? S.Load(reduced) : least, S.MultiplyAdd(S.Load(scores), by, bias)), reduced);
    }

    [MethodImpl(Kernel)]
    private static void Powers<S, V>(
        int rows, nint width, float* scores, V bias, float scale, float* maxima, bool carry, float* reduced)
        where S : struct, ISimd<V>
        where V : struct
    {
        var by = S.Broadcast(scale);
        var x = S.Subtract(S.MultiplyAdd(S.Load(scores), by, bias), S.Broadcast(*maxima));
        V f = VectorMath.BeginExp2<S, V>(x, out var biased), e;
        for (; rows > 1; rows--, reduced += S.Count)
        {
            e = VectorMath.EndExp2<S, V>(f, biased);
            S.Store(S.Add(carry ? S.Load(reduced) : S.Zero, e), reduced);
            S.Store(e, scores);
            scores += width;
            x = S.Subtract(S.MultiplyAdd(S.Load(scores), by, bias), S.Broadcast(*++maxima));
            f = VectorMath.BeginExp2<S, V>(x, out biased);
        }

        e = VectorMath.EndExp2<S, V>(f, biased);
        S.Store(S.Add(carry ? S.Load(reduced) : S.Zero, e), reduced);
        S.Store(e, scores);
    }
}
