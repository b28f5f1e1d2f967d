#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using ILGPU;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ilgpu.Kernels;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.IlgpuStandIn;

namespace NeuralBurden.Compute.Ilgpu;

/// <summary>
/// The part of the device that touches ILGPU, replaced: memory is arrays, a launch is <see
/// cref="KernelLaunch"/>. Kernels and launch code are the program's own files, compiled into the tests. Used
/// only where the package does not restore.
/// </summary>
public sealed partial class IlgpuDevice : Device
{
    private readonly GroupSizes _sizes;
    private float[] _scratch = [];

    internal IlgpuDevice(GroupSizes sizes) => _sizes = sizes;

    public override DeviceInfo Info { get; } = new("ilgpu-cpu", "stand-in for ILGPU", "ilgpu-cpu", 1, 0, []);

    protected override DeviceBuffer AllocateCore(long length, ElementType type, string label) =>
        new ArrayBuffer(this, length, type, label);

    protected override void UploadCore(ReadOnlySpan<float> source, in Tensor destination) =>
        source.CopyTo(F(destination).Span);

    protected override void UploadCore(ReadOnlySpan<int> source, in Tensor destination) =>
        source.CopyTo(I(destination).Span);

    protected override void UploadCore(ReadOnlySpan<byte> source, in Tensor destination) =>
        source.CopyTo(U(destination).Span);

    protected override void DownloadCore(in Tensor source, Span<float> destination) =>
        F(source).Span.CopyTo(destination);

    protected override void DownloadCore(in Tensor source, Span<int> destination) =>
        I(source).Span.CopyTo(destination);

    protected override void CopyMemory(in Tensor source, in Tensor destination) =>
        F(source).Span.CopyTo(F(destination).Span);

    protected override void ClearMemory(in Tensor tensor) => F(tensor).Span.Clear();

    protected override void DisposeCore()
    {
    }

    private static ArrayView<float> F(in Tensor tensor) =>
        new(((ArrayBuffer)tensor.Buffer).Floats, tensor.Offset, tensor.Count);

    private static ArrayView<int> I(in Tensor tensor) =>
        new(((ArrayBuffer)tensor.Buffer).Ints, tensor.Offset, tensor.Count);

    private static ArrayView<byte> U(in Tensor tensor) =>
        new(((ArrayBuffer)tensor.Buffer).Bytes, tensor.Offset, tensor.Count);

    private static void Launch<TKernel>(in TKernel kernel, int groups, int threads)
        where TKernel : struct, IKernel =>
        KernelLaunch.Run(kernel, groups, threads);

    private ArrayView<float> Scratch(long floats)
    {
        if (_scratch.Length < floats) _scratch = new float[floats];

        // What an earlier op left there must not be taken for a result of this one.
        Array.Fill(_scratch, float.NaN);
        return new ArrayView<float>(_scratch, 0, floats);
    }

    private sealed class ArrayBuffer(Device device, long length, ElementType type, string label)
        : DeviceBuffer(device, length, type, label)
    {
        public float[] Floats { get; } = type == ElementType.Float32 ? new float[length] : [];

        public int[] Ints { get; } = type == ElementType.Int32 ? new int[length] : [];

        public byte[] Bytes { get; } = type == ElementType.UInt8 ? new byte[length] : [];

        protected override void Free()
        {
        }
    }
}
