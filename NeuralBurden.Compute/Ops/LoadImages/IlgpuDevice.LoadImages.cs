using ILGPU;
using NeuralBurden.Compute.Ops.LoadImages;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void LoadImagesCore(in LoadImagesArguments args)
    {
        var (_, c, h, w) = args.Extents;
        ArrayView<int> index = I(args.Indices), moves = args.Jitter.IsNone ? index : I(args.Jitter);
        var op = new LoadPixels(
            U(args.Pixels), index, moves, Flag(!args.Jitter.IsNone), F(args.Mean), F(args.Std), F(args.Images), c, h, w);
        Each(op, args.Images.Count);
    }
}
