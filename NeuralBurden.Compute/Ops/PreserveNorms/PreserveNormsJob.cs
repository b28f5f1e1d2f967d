using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>A part is an image.</summary>
internal readonly unsafe struct PreserveNormsJob(in PreserveNormsArguments args, NormGroups groups) : ISimdJob
{
    private readonly NormGroups _groups = groups;
    private readonly float* _output = F(args.Output);

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int channels = _groups.Channels;
        double* scales = _groups.Scales(part, worker);
        float* target = _output + ((long)part * _groups.Left * channels);
        for (int m = 0; m < _groups.Left; m++, target += channels)
            Rows.Scale<S, V>((float)scales[m], _groups.MeanOf(part, m), target, channels);
    }
}
