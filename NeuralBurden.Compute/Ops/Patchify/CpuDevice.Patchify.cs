using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PatchifyCore(int b, int c, int h, int w, int p, in Tensor images, in Tensor patches) =>
        Parallel(new PatchifyJob { C = c, H = h, W = w, P = p, Images = F(images), Patches = F(patches) }, b);

    private struct PatchifyJob : ISimdJob
    {
        public int C, H, W, P;
        public float* Images, Patches;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long pixels = (long)C * H * W;
            int length = C * P * P, columns = W / P;
            float* source = Images + (part * pixels), target = Patches + (part * pixels);
            for (int channel = 0; channel < C; channel++)
            {
                for (int line = 0; line < H; line++, source += W)
                {
                    var patch = target + ((long)(line / P) * columns * length) + (channel * P * P) + (line % P * P);
                    for (int column = 0; column < columns; column++, patch += length)
                        CopyShort(source + (column * P), patch, P);
                }
            }
        }

        // A patch row is 4 to 16 floats, too short for a call of memcpy.
        private static void CopyShort(float* source, float* target, int n)
        {
            int i = 0;
            for (; i + 4 <= n; i += 4) Vector128.Load(source + i).Store(target + i);
            for (; i < n; i++) target[i] = source[i];
        }
    }
}
