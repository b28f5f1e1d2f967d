using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ClassAttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor bias, in Tensor scores)
    {
        var job = new ClassAttentionJob
        {
            Tokens = t,
            Heads = h,
            D = d,
            Qkv = F(qkv),
            Bias = F(bias),
            Scores = F(scores),
            Scratch = Shared((long)t * _pool.Workers),
        };
        Parallel(job, b);
    }

    /// <summary>A part is an image. One query per head: too little work for packed keys to pay.</summary>
    private struct ClassAttentionJob : ISimdJob
    {
        public int Tokens, Heads, D;
        public float* Qkv, Bias, Scores, Scratch;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int channels = Heads * D;
            float* query = Qkv + ((long)part * Tokens * 3 * channels), keys = query + channels;
            float* row = Scratch + ((long)worker * Tokens), target = Scores + ((long)part * Tokens);
            float scale = (float)(1 / Math.Sqrt(D));
            Rows.Clear(target, Tokens);
            for (int head = 0; head < Heads; head++)
            {
                float max = float.NegativeInfinity;
                double sum = 0;
                for (int n = 0; n < Tokens; n++)
                {
                    float score = Rows.Dot<S, V>(query + (head * D), keys + ((long)n * 3 * channels) + (head * D), D);
                    row[n] = (score * scale) + (Bias == null ? 0 : Bias[((long)part * Tokens) + n]);
                    max = MathF.Max(max, row[n]);
                }

                for (int n = 0; n < Tokens; n++) sum += row[n] = MathF.Exp(row[n] - max);
                Rows.AddScaled<S, V>((float)(1 / (sum * Heads)), row, target, Tokens);
            }
        }
    }
}
