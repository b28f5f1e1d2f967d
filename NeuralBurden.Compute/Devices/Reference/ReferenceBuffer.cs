using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

/// <summary>Host arrays; float tensors are held in double (see <see cref="ReferenceDevice"/>).</summary>
internal sealed class ReferenceBuffer(Device device, long length, ElementType type, string label)
    : DeviceBuffer(device, length, type, label)
{
    public double[] Floats { get; private set; } = type == ElementType.Float32 ? new double[length] : [];

    public int[] Ints { get; private set; } = type == ElementType.Int32 ? new int[length] : [];

    public byte[] Bytes { get; private set; } = type == ElementType.UInt8 ? new byte[length] : [];

    protected override void Free() => (Floats, Ints, Bytes) = ([], [], []);
}
