using NeuralBurden.Compute.Ops.LoadImages;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void LoadImagesCore(in LoadImagesArguments args)
    {
        var (b, c, _, _) = args.Extents;
        // A byte has 256 values: one table per channel replaces the arithmetic, and is rounded once.
        float* tables = Shared(c * 256L), means = F(args.Mean), stds = F(args.Std);
        for (int channel = 0; channel < c; channel++)
        {
            for (int value = 0; value < 256; value++)
                tables[(channel * 256) + value] = (float)(((value / 255.0) - means[channel]) / stds[channel]);
        }

        Parallel(new LoadImagesJob(args, tables), b);
    }

    private readonly struct LoadImagesJob(in LoadImagesArguments args, float* tables) : ISimdJob
    {
        private readonly int _c = args.Extents.C, _h = args.Extents.H, _w = args.Extents.W;
        private readonly byte* _pixels = U(args.Pixels);
        private readonly int* _indices = I(args.Indices), _jitter = I(args.Jitter);
        private readonly float* _tables = tables, _images = F(args.Images);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int dx = 0, dy = 0;
            bool flip = false;
            if (_jitter != null) (dx, dy, flip) = (_jitter[part * 3], _jitter[(part * 3) + 1], _jitter[(part * 3) + 2] != 0);
            for (int channel = 0; channel < _c; channel++)
            {
                float* table = _tables + (channel * 256);
                byte* source = _pixels + ((((long)_indices[part] * _c) + channel) * _h * _w);
                float* target = _images + ((((long)part * _c) + channel) * _h * _w);
                for (int y = 0; y < _h; y++, target += _w)
                {
                    long from = (long)y + dy;
                    if (from < 0 || from >= _h) new Span<float>(target, _w).Fill(table[0]);
                    else if (flip) Mirrored(source + (from * _w), table, dx, target);
                    else Straight(source + (from * _w), table, dx, target);
                }
            }
        }

        // target[x] shows line[x + dx], and padding where that lies outside.
        private void Straight(byte* line, float* table, int dx, float* target)
        {
            int first = (int)Math.Clamp(-(long)dx, 0, _w), last = (int)Math.Clamp((long)_w - dx, first, _w);
            new Span<float>(target, first).Fill(table[0]);
            for (int x = first; x < last; x++) target[x] = table[line[x + dx]];
            new Span<float>(target + last, _w - last).Fill(table[0]);
        }

        // target[x] shows line[W - 1 - x + dx].
        private void Mirrored(byte* line, float* table, int dx, float* target)
        {
            int first = (int)Math.Clamp((long)dx, 0, _w), last = (int)Math.Clamp((long)_w + dx, first, _w);
            new Span<float>(target, first).Fill(table[0]);
            for (int x = first; x < last; x++) target[x] = table[line[_w - 1 - x + dx]];
            new Span<float>(target + last, _w - last).Fill(table[0]);
        }
    }
}
