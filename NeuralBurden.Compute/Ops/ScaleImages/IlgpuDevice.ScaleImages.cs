using NeuralBurden.Compute.Ops.ScaleImages;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ScaleImagesCore(in ScaleImagesArguments args)
    {
        var (x, r) = (F(args.X), args.R.IsNone ? F(args.X) : F(args.R));
        Each(new ScaleOfImage(x, F(args.S), r, F(args.Y), args.Extents.N, Flag(!args.R.IsNone)), args.Y.Count);
    }
}
