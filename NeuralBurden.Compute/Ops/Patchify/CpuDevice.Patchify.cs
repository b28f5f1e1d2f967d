using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Ops.Patchify;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PatchifyCore(in PatchifyArguments args) =>
        Parallel(new PatchifyJob(args), args.Extents.B);

    private readonly struct PatchifyJob(in PatchifyArguments args) : ISimdJob
    {
        private readonly int _c = args.Extents.C, _h = args.Extents.H, _w = args.Extents.W, _p = args.P;
        private readonly float* _images = F(args.Images), _patches = F(args.Patches);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long pixels = (long)_c * _h * _w;
            int length = _c * _p * _p, columns = _w / _p;
            float* source = _images + (part * pixels), target = _patches + (part * pixels);
            for (int channel = 0; channel < _c; channel++)
            {
                for (int line = 0; line < _h; line++, source += _w)
                {
                    float* patch = target + ((long)(line / _p) * columns * length) + (channel * _p * _p) + (line % _p * _p);
                    for (int column = 0; column < columns; column++, patch += length)
                        CopyShort(source + (column * _p), patch, _p);
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
