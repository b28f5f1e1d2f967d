
namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>
/// An operator on equal elements of flat arrays: the mathematics of one vector, without the loop. The operator holds
/// its pointers and scalars; <see cref="ElementwiseJob{TOperator}"/> holds loop, remainder and threads.
/// </summary>
internal interface IElementwise
{
    /// <summary>Computes the elements from <paramref name="i"/> on, a multiple of the vector's lanes.</summary>
    /// <param name="i">First element.</param>
    /// <param name="lanes">Loads and stores a whole vector, or only the lanes of the remainder.</param>
    void Invoke<S, V, TLanes>(long i, TLanes lanes)
        where S : struct, ISimd<V>
        where V : struct
        where TLanes : struct, ILanes<V>;
}
