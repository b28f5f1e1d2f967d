using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd;

/// <summary>128-bit vectors.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    public static Vector128<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector128<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static void Stream(Vector128<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(Inline)]
    public static Vector128<float> LoadPartial(float* source, int count)
    {
        if (count >= 4) return Vector128.Load(source);
        if (Avx.IsSupported) return Avx.MaskLoad(source, FirstLanes(count));
        float* lanes = stackalloc float[4];
        Vector128<float>.Zero.Store(lanes);
        for (int i = 0; i < count; i++) lanes[i] = source[i];
        return Vector128.Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(Vector128<float> value, float* destination, int count)
    {
        if (count >= 4)
        {
            value.Store(destination);
            return;
        }

        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), value);
            return;
        }

        float* lanes = stackalloc float[4];
        value.Store(lanes);
        for (int i = 0; i < count; i++) destination[i] = lanes[i];
    }

    [MethodImpl(Inline)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(Inline)]
    public static Vector128<float> LoadFour(float* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static Vector128<float> OneOfFour(Vector128<float> four, int i) => Sse.IsSupported
        ? i switch
        {
            0 => Sse.Shuffle(four, four, 0x00),
            1 => Sse.Shuffle(four, four, 0x55),
            2 => Sse.Shuffle(four, four, 0xAA),
            _ => Sse.Shuffle(four, four, 0xFF),
        }
        : Vector128.Create(four.GetElement(i));

    [MethodImpl(Inline)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.MaxNative(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Vector128.MinNative(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    [MethodImpl(Inline)]
    public static Vector128<float> Negate(Vector128<float> a) => -a;

    [MethodImpl(Inline)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector128<float> Round(Vector128<float> a) => Vector128.Round(a);

    [MethodImpl(Inline)]
    public static Vector128<float> PowerOfTwo(Vector128<float> n) =>
        ((Vector128.ConvertToInt32Native(n) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<float> ExponentFromLowBits(Vector128<float> a) => (a.AsInt32() << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<float> SelectLess(
        Vector128<float> a, Vector128<float> b, Vector128<float> yes, Vector128<float> no) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), yes, no);

    [MethodImpl(Inline)]
    public static float Sum(Vector128<float> a) => Vector128.Sum(a);

    [MethodImpl(Inline)]
    public static float MaxLane(Vector128<float> a)
    {
        a = Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(Inline)]
    public static Vector128<float> KeepBits(Vector128<float> value, uint bits) =>
        SelectBits(bits, value, Zero);

    [MethodImpl(Inline)]
    public static Vector128<float> SelectBits(uint bits, Vector128<float> yes, Vector128<float> no)
    {
        // Lane i looks at bit i alone.
        var selector = Vector128.Create(1, 2, 4, 8);
        var set = Vector128.Equals(Vector128.Create((int)bits) & selector, selector);
        return Vector128.ConditionalSelect(set.AsSingle(), yes, no);
    }

    [MethodImpl(Inline)]
    public static Vector128<float> KeepFirst(Vector128<float> value, int count) => value & FirstLanes(count);

    [MethodImpl(Inline)]
    private static Vector128<float> FirstLanes(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
}
