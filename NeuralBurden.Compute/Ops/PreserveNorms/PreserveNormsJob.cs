using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>A part is an image.</summary>
internal unsafe struct PreserveNormsJob : ISimdJob
{
    public NormGroups Groups;
    public float* Output;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int channels = Groups.Channels;
        double* scales = Groups.Scales(part, worker);
        float* target = Output + ((long)part * Groups.Left * channels);
        for (int m = 0; m < Groups.Left; m++, target += channels)
            Rows.Scale<S, V>((float)scales[m], Groups.MeanOf(part, m), target, channels);
    }
}
