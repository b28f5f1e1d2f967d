using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void LoadImagesCore(
        int b,
        int c,
        int h,
        int w,
        in Tensor pixels,
        in Tensor indices,
        in Tensor jitter,
        in Tensor mean,
        in Tensor std,
        in Tensor images)
    {
        // A byte has 256 values: one table per channel replaces the arithmetic, and is rounded once.
        float* tables = Shared(c * 256L), means = F(mean), stds = F(std);
        for (int channel = 0; channel < c; channel++)
        {
            for (int value = 0; value < 256; value++)
                tables[(channel * 256) + value] = (float)(((value / 255.0) - means[channel]) / stds[channel]);
        }

        var job = new LoadImagesJob
        {
            C = c,
            H = h,
            W = w,
            Pixels = U(pixels),
            Indices = I(indices),
            Jitter = I(jitter),
            Tables = tables,
            Images = F(images),
        };
        Parallel(job, b);
    }

    private struct LoadImagesJob : ISimdJob
    {
        public int C, H, W;
        public byte* Pixels;
        public int* Indices, Jitter;
        public float* Tables, Images;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int dx = 0, dy = 0;
            bool flip = false;
            if (Jitter != null) (dx, dy, flip) = (Jitter[part * 3], Jitter[(part * 3) + 1], Jitter[(part * 3) + 2] != 0);
            for (int channel = 0; channel < C; channel++)
            {
                var table = Tables + (channel * 256);
                var source = Pixels + ((((long)Indices[part] * C) + channel) * H * W);
                var target = Images + ((((long)part * C) + channel) * H * W);
                for (int y = 0; y < H; y++, target += W)
                {
                    long from = (long)y + dy;
                    if (from < 0 || from >= H) new Span<float>(target, W).Fill(table[0]);
                    else if (flip) Mirrored(source + (from * W), table, dx, target);
                    else Straight(source + (from * W), table, dx, target);
                }
            }
        }

        // target[x] shows line[x + dx], and padding where that lies outside.
        private readonly void Straight(byte* line, float* table, int dx, float* target)
        {
            int first = (int)Math.Clamp(-(long)dx, 0, W), last = (int)Math.Clamp((long)W - dx, first, W);
            new Span<float>(target, first).Fill(table[0]);
            for (int x = first; x < last; x++) target[x] = table[line[x + dx]];
            new Span<float>(target + last, W - last).Fill(table[0]);
        }

        // target[x] shows line[W - 1 - x + dx].
        private readonly void Mirrored(byte* line, float* table, int dx, float* target)
        {
            int first = (int)Math.Clamp((long)dx, 0, W), last = (int)Math.Clamp((long)W + dx, first, W);
            new Span<float>(target, first).Fill(table[0]);
            for (int x = first; x < last; x++) target[x] = table[line[W - 1 - x + dx]];
            new Span<float>(target + last, W - last).Fill(table[0]);
        }
    }
}
