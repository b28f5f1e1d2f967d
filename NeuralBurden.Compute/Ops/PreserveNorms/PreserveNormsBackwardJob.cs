using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>A part is an image.</summary>
internal readonly unsafe struct PreserveNormsBackwardJob(
    in PreserveNormsBackwardArguments args, NormGroups groups) : ISimdJob
{
    private readonly NormGroups _groups = groups;
    private readonly float* _dOutput = F(args.DOutput), _dTokens = F(args.DTokens);

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int channels = _groups.Channels;
        double* scales = _groups.Scales(part, worker);
        float* dOut = _dOutput + ((long)part * _groups.Left * channels);
        float* target = _dTokens + ((long)part * _groups.Tokens * channels);
        for (int n = 0; n < _groups.Tokens; n++, target += channels)
        {
            float weight = _groups.Weight(part, n, out int m);
            if (weight == 0)
            {
                Rows.Clear(target, channels);
                continue;
            }

            float* g = dOut + ((long)m * channels), mean = _groups.MeanOf(part, m), token = _groups.Token(part, n);
            double norm = _groups.Norm(token), middle = _groups.Norm(mean), along = 0;
            for (int j = 0; j < channels && middle > 0; j++) along += mean[j] / middle * g[j];
            Rows.Scale<S, V>((float)(weight * scales[m]), g, target, channels);
            if (middle == 0) continue;
            Rows.AddScaled<S, V>((float)(-weight * scales[m] * along / middle), mean, target, channels);
            if (norm > 0) Rows.AddScaled<S, V>((float)(weight * along / norm), token, target, channels);
        }
    }
}
