using NeuralBurden.Compute.Ops.ScaleImages;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ScaleImagesCore(in ScaleImagesArguments args) =>
        Parallel(new ScaleImagesJob(args), args.Extents.B);

    /// <summary>A part is an image.</summary>
    private readonly struct ScaleImagesJob(in ScaleImagesArguments args) : ISimdJob
    {
        private readonly int _n = args.Extents.N;
        private readonly float* _x = F(args.X), _s = F(args.S), _r = args.R.IsNone ? null : F(args.R), _y = F(args.Y);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            nint first = (nint)part * _n;
            var scale = S.Broadcast(_s[part]);
            int i = 0;
            for (; i + S.Count <= _n; i += S.Count) Scale<S, V, WholeVector<S, V>>(first + i, scale, default);
            if (i < _n) Scale<S, V, FirstLanes<S, V>>(first + i, scale, new FirstLanes<S, V>(_n - i));
        }

        private void Scale<S, V, TLanes>(nint at, V scale, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var rest = _r == null ? S.Zero : lanes.Load(_r + at);
            lanes.Store(S.MultiplyAdd(scale, lanes.Load(_x + at), rest), _y + at);
        }
    }
}
