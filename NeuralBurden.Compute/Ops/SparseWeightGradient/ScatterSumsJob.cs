using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.SparseWeightGradient;

/// <summary>target[position[k]] = partial 0 + partial 1 + ... of entry k, in this order, where it has a position.</summary>
internal readonly unsafe struct ScatterSumsJob(
    int count, int groups, float* partials, long stride, int* position, float* target) : ISimdJob
{
    public const int Grain = 1 << 13;

    private readonly int _count = count, _groups = groups;
    private readonly float* _partials = partials;
    private readonly long _stride = stride;
    private readonly int* _position = position;
    private readonly float* _target = target;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = part * Grain, last = Math.Min(_count, first + Grain);
        for (int k = first; k < last; k++)
        {
            if (_position[k] < 0) continue;
            float sum = _partials[k];
            for (int group = 1; group < _groups; group++) sum += _partials[(group * _stride) + k];
            _target[_position[k]] = sum;
        }
    }
}
