using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd;

/// <summary>512-bit vectors.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    public static Vector512<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector512<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static void Stream(Vector512<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(Inline)]
    public static Vector512<float> LoadPartial(float* source, int count)
    {
        if (count >= 16) return Vector512.Load(source);
        if (Avx512F.IsSupported) return Avx512F.MaskLoad(source, FirstLanes(count), Vector512<float>.Zero);
        float* lanes = stackalloc float[16];
        Vector512<float>.Zero.Store(lanes);
        for (int i = 0; i < count; i++) lanes[i] = source[i];
        return Vector512.Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(Vector512<float> value, float* destination, int count)
    {
        if (count >= 16)
        {
            value.Store(destination);
            return;
        }

        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, FirstLanes(count), value);
            return;
        }

        float* lanes = stackalloc float[16];
        value.Store(lanes);
        for (int i = 0; i < count; i++) destination[i] = lanes[i];
    }

    [MethodImpl(Inline)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<float> LoadFour(float* source) => Avx512F.IsSupported
        ? Avx512F.BroadcastVector128ToVector512(source)
        : Vector512.Create(Simd256.LoadFour(source), Simd256.LoadFour(source));

    [MethodImpl(Inline)]
    public static Vector512<float> OneOfFour(Vector512<float> four, int i) => Avx512F.IsSupported
        ? i switch
        {
            0 => Avx512F.Permute4x32(four, 0x00),
            1 => Avx512F.Permute4x32(four, 0x55),
            2 => Avx512F.Permute4x32(four, 0xAA),
            _ => Avx512F.Permute4x32(four, 0xFF),
        }
        : Vector512.Create(four.GetElement(i));

    [MethodImpl(Inline)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.MaxNative(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Vector512.MinNative(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(Inline)]
    public static Vector512<float> Negate(Vector512<float> a) => -a;

    [MethodImpl(Inline)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector512<float> Round(Vector512<float> a) => Vector512.Round(a);

    [MethodImpl(Inline)]
    public static Vector512<float> PowerOfTwo(Vector512<float> n) =>
        ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector512<float> ExponentFromLowBits(Vector512<float> a) => (a.AsInt32() << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector512<float> SelectLess(
        Vector512<float> a, Vector512<float> b, Vector512<float> yes, Vector512<float> no) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), yes, no);

    [MethodImpl(Inline)]
    public static float Sum(Vector512<float> a) => Simd256.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(Inline)]
    public static float MaxLane(Vector512<float> a)
    {
        return Simd256.MaxLane(Vector256.MaxNative(a.GetLower(), a.GetUpper()));
    }

    [MethodImpl(Inline)]
    public static Vector512<float> KeepBits(Vector512<float> value, uint bits) =>
        SelectBits(bits, value, Zero);

    [MethodImpl(Inline)]
    public static Vector512<float> SelectBits(uint bits, Vector512<float> yes, Vector512<float> no)
    {
        // Lane i looks at bit i alone.
        var selector = Vector512.Create(
            1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        var set = Vector512.Equals(Vector512.Create((int)bits) & selector, selector);
        return Vector512.ConditionalSelect(set.AsSingle(), yes, no);
    }

    [MethodImpl(Inline)]
    public static Vector512<float> KeepFirst(Vector512<float> value, int count) => value & FirstLanes(count);

    [MethodImpl(Inline)]
    private static Vector512<float> FirstLanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
