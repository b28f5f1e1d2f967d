using NeuralBurden.Compute.Ops.ClassAttention;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ClassAttentionCore(in ClassAttentionArguments args)
    {
        var (b, t, _, _) = args.Extents;
        Parallel(new ClassAttentionJob(args, Shared((long)t * _pool.Workers)), b);
    }

    /// <summary>A part is an image. One query per head: too little work for packed keys to pay.</summary>
    private readonly struct ClassAttentionJob(in ClassAttentionArguments args, float* scratch) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _heads = args.Extents.H, _d = args.Extents.D;
        private readonly float* _qkv = F(args.Qkv), _bias = F(args.Bias), _scores = F(args.Scores);
        private readonly float* _scratch = scratch;

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int channels = _heads * _d;
            float* query = _qkv + ((long)part * _tokens * 3 * channels), keys = query + channels;
            float* row = _scratch + ((long)worker * _tokens), target = _scores + ((long)part * _tokens);
            float scale = (float)(1 / Math.Sqrt(_d));
            Rows.Clear(target, _tokens);
            for (int head = 0; head < _heads; head++)
            {
                float max = float.NegativeInfinity;
                double sum = 0;
                for (int n = 0; n < _tokens; n++)
                {
                    float score = Rows.Dot<S, V>(query + (head * _d), keys + ((long)n * 3 * channels) + (head * _d), _d);
                    row[n] = (score * scale) + (_bias == null ? 0 : _bias[((long)part * _tokens) + n]);
                    max = MathF.Max(max, row[n]);
                }

                for (int n = 0; n < _tokens; n++) sum += row[n] = MathF.Exp(row[n] - max);
                Rows.AddScaled<S, V>((float)(1 / (sum * _heads)), row, target, _tokens);
            }
        }
    }
}
