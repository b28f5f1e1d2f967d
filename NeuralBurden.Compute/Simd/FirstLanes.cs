using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd;

/// <summary>The first <paramref name="count"/> lanes: a remainder. The others load as 0 and are not stored.</summary>
internal readonly unsafe struct FirstLanes<S, V>(int count) : ILanes<V>
    where S : struct, ISimd<V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load(float* source) => S.LoadPartial(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(V value, float* destination) => S.StorePartial(value, destination, count);
}
