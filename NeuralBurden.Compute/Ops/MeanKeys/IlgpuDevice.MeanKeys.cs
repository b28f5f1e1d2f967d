using NeuralBurden.Compute.Ops.MeanKeys;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MeanKeysCore(int b, int t, int h, int d, in Tensor qkv, in Tensor keys) =>
        Each(new MeanOfHeads(F(qkv), F(keys), h, d), keys.Count);
}
