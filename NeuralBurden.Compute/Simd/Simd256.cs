using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd;

/// <summary>256-bit vectors.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    public static Vector256<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector256<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static void Stream(Vector256<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(Inline)]
    public static Vector256<float> LoadPartial(float* source, int count)
    {
        if (count >= 8) return Vector256.Load(source);
        if (Avx.IsSupported) return Avx.MaskLoad(source, FirstLanes(count));
        float* lanes = stackalloc float[8];
        Vector256<float>.Zero.Store(lanes);
        for (int i = 0; i < count; i++) lanes[i] = source[i];
        return Vector256.Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(Vector256<float> value, float* destination, int count)
    {
        if (count >= 8)
        {
            value.Store(destination);
            return;
        }

        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), value);
            return;
        }

        float* lanes = stackalloc float[8];
        value.Store(lanes);
        for (int i = 0; i < count; i++) destination[i] = lanes[i];
    }

    [MethodImpl(Inline)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> LoadFour(float* source) => Avx.IsSupported
        ? Avx.BroadcastVector128ToVector256(source)
        : Vector256.Create(Vector128.Load(source), Vector128.Load(source));

    [MethodImpl(Inline)]
    public static Vector256<float> OneOfFour(Vector256<float> four, int i) => Avx.IsSupported
        ? i switch
        {
            0 => Avx.Permute(four, 0x00),
            1 => Avx.Permute(four, 0x55),
            2 => Avx.Permute(four, 0xAA),
            _ => Avx.Permute(four, 0xFF),
        }
        : Vector256.Create(four.GetElement(i));

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.MaxNative(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Vector256.MinNative(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Abs(Vector256<float> a) => Vector256.Abs(a);

    [MethodImpl(Inline)]
    public static Vector256<float> Negate(Vector256<float> a) => -a;

    [MethodImpl(Inline)]
    public static Vector256<float> Sqrt(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector256<float> Round(Vector256<float> a) => Vector256.Round(a);

    [MethodImpl(Inline)]
    public static Vector256<float> PowerOfTwo(Vector256<float> n) =>
        ((Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> ExponentFromLowBits(Vector256<float> a) => (a.AsInt32() << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> SelectLess(
        Vector256<float> a, Vector256<float> b, Vector256<float> yes, Vector256<float> no) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), yes, no);

    [MethodImpl(Inline)]
    public static float Sum(Vector256<float> a) => Simd128.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(Inline)]
    public static float MaxLane(Vector256<float> a)
    {
        return Simd128.MaxLane(Vector128.MaxNative(a.GetLower(), a.GetUpper()));
    }

    [MethodImpl(Inline)]
    public static Vector256<float> KeepBits(Vector256<float> value, uint bits) =>
        SelectBits(bits, value, Zero);

    [MethodImpl(Inline)]
    public static Vector256<float> SelectBits(uint bits, Vector256<float> yes, Vector256<float> no)
    {
        // Lane i looks at bit i alone.
        var selector = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var set = Vector256.Equals(Vector256.Create((int)bits) & selector, selector);
        return Vector256.ConditionalSelect(set.AsSingle(), yes, no);
    }

    [MethodImpl(Inline)]
    public static Vector256<float> KeepFirst(Vector256<float> value, int count) => value & FirstLanes(count);

    [MethodImpl(Inline)]
    private static Vector256<float> FirstLanes(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
