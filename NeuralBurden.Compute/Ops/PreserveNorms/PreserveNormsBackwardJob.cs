using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>A part is an image.</summary>
internal unsafe struct PreserveNormsBackwardJob : ISimdJob
{
    public NormGroups Groups;
    public float* DOutput;
    public float* DTokens;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int channels = Groups.Channels;
        double* scales = Groups.Scales(part, worker);
        float* dOut = DOutput + ((long)part * Groups.Left * channels);
        float* target = DTokens + ((long)part * Groups.Tokens * channels);
        for (int n = 0; n < Groups.Tokens; n++, target += channels)
        {
            float weight = Groups.Weight(part, n, out int m);
            if (weight == 0)
            {
                Rows.Clear(target, channels);
                continue;
            }

            float* g = dOut + ((long)m * channels), mean = Groups.MeanOf(part, m), token = Groups.Token(part, n);
            double norm = Groups.Norm(token), middle = Groups.Norm(mean), along = 0;
            for (int j = 0; j < channels && middle > 0; j++) along += mean[j] / middle * g[j];
            Rows.Scale<S, V>((float)(weight * scales[m]), g, target, channels);
            if (middle == 0) continue;
            Rows.AddScaled<S, V>((float)(-weight * scales[m] * along / middle), mean, target, channels);
            if (norm > 0) Rows.AddScaled<S, V>((float)(weight * along / norm), token, target, channels);
        }
    }
}
