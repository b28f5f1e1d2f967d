namespace NeuralBurden.Compute.Simd;

/// <summary>Access to memory for a whole vector or for its first few lanes, so that both share one kernel body.</summary>
internal unsafe interface ILanes<V>
    where V : struct
{
    V Load(float* source);

    void Store(V value, float* destination);
}
