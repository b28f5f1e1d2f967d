
namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>
/// Work written once for every vector width: the JIT compiles one body for 512, 256 and 128 bits. See
/// <see cref="IJob"/> for the rules of parts and workers.
/// </summary>
internal interface ISimdJob
{
    void Run<TSimd, V>(int part, int worker)
        where TSimd : struct, ISimd<V>
        where V : struct;
}
