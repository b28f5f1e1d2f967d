
namespace NeuralBurden.Compute.Simd;

/// <summary>Vector arithmetic on one row of <c>n</c> contiguous floats, which need not be aligned.</summary>
internal static unsafe class Rows
{
    /// <summary>y = 0.</summary>
    public static void Clear(float* y, int n) => new Span<float>(y, n).Clear();

    /// <summary>y = x.</summary>
    public static void Copy(float* x, float* y, int n) => new ReadOnlySpan<float>(x, n).CopyTo(new Span<float>(y, n));

    /// <summary>y = a + b; y may be a or b.</summary>
    public static void Add<S, V>(float* a, float* b, float* y, int n)
        where S : struct, ISimd<V>
        where V : struct
    {
        int i = 0;
        for (; i + S.Count <= n; i += S.Count) S.Store(S.Add(S.Load(a + i), S.Load(b + i)), y + i);
        if (i < n) S.StorePartial(S.Add(S.LoadPartial(a + i, n - i), S.LoadPartial(b + i, n - i)), y + i, n - i);
    }

    /// <summary>y = scale x; y may be x.</summary>
    public static void Scale<S, V>(float scale, float* x, float* y, int n)
        where S : struct, ISimd<V>
        where V : struct
    {
        var s = S.Broadcast(scale);
        int i = 0;
        for (; i + S.Count <= n; i += S.Count) S.Store(S.Multiply(s, S.Load(x + i)), y + i);
        if (i < n) S.StorePartial(S.Multiply(s, S.LoadPartial(x + i, n - i)), y + i, n - i);
    }

    /// <summary>y = y + scale x.</summary>
    public static void AddScaled<S, V>(float scale, float* x, float* y, int n)
        where S : struct, ISimd<V>
        where V : struct
    {
        var s = S.Broadcast(scale);
        int i = 0;
        for (; i + S.Count <= n; i += S.Count) S.Store(S.MultiplyAdd(s, S.Load(x + i), S.Load(y + i)), y + i);
        if (i >= n) return;
        S.StorePartial(S.MultiplyAdd(s, S.LoadPartial(x + i, n - i), S.LoadPartial(y + i, n - i)), y + i, n - i);
    }

    /// <summary>Sum of a b, in an order fixed by n and the vector width.</summary>
    public static float Dot<S, V>(float* a, float* b, int n)
        where S : struct, ISimd<V>
        where V : struct
    {
        var sum = S.Zero;
        int i = 0;
        for (; i + S.Count <= n; i += S.Count) sum = S.MultiplyAdd(S.Load(a + i), S.Load(b + i), sum);
        if (i < n) sum = S.MultiplyAdd(S.LoadPartial(a + i, n - i), S.LoadPartial(b + i, n - i), sum);
        return S.Sum(sum);
    }
}
