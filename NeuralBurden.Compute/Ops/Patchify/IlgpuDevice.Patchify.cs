using NeuralBurden.Compute.Ops.Patchify;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PatchifyCore(
        int b, int c, int h, int w, int p, in Tensor images, in Tensor patches) =>
        Each(new CutPatches(F(images), F(patches), c, h, w, p), patches.Count);
}
