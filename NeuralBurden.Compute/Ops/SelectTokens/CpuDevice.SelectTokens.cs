using NeuralBurden.Compute.Ops.SelectTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SelectTokensCore(in SelectTokensArguments args) =>
        Parallel(new SelectTokensJob(args), args.Extents.B);

    /// <summary>A part is an image.</summary>
    private readonly struct SelectTokensJob(in SelectTokensArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _keep = args.Keep, _first = args.Protected;
        private readonly float* _scores = F(args.Scores), _weights = F(args.Weights);
        private readonly int* _map = I(args.Map);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* scores = _scores + ((long)part * _tokens), weights = _weights + ((long)part * _tokens);
            int* map = _map + ((long)part * _tokens);
            int position = 0;
            for (int n = 0; n < _tokens; n++)
            {
                bool stays = n < _first || Rank(scores, n) < _keep;
                map[n] = stays ? position++ : _first + _keep;
                weights[n] = stays ? 1 : scores[n];
            }
        }

        // Tokens that come before n: a higher score, or the same at a lower index. Tens of tokens: no sort pays.
        private int Rank(float* scores, int n)
        {
            int rank = 0;
            for (int other = _first; other < _tokens; other++)
            {
                int order = scores[other].CompareTo(scores[n]);
                if (order > 0 || (order == 0 && other < n)) rank++;
            }

            return rank;
        }
    }
}
