using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd;

/// <summary>All lanes.</summary>
internal readonly unsafe struct WholeVector<S, V> : ILanes<V>
    where S : struct, ISimd<V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load(float* source) => S.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(V value, float* destination) => S.Store(value, destination);
}
