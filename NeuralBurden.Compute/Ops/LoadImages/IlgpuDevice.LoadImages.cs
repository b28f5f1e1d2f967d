using ILGPU;
using NeuralBurden.Compute.Ops.LoadImages;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
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
        ArrayView<int> index = I(indices), moves = jitter.IsNone ? index : I(jitter);
        var op = new LoadPixels(
            U(pixels), index, moves, Flag(!jitter.IsNone), F(mean), F(std), F(images), c, h, w);
        Each(op, images.Count);
    }
}
