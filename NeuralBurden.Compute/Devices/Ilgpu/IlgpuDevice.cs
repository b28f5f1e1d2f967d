using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// A GPU, or ILGPU's emulation of one on the processor, through kernels written in C# that ILGPU compiles for
/// CUDA or OpenCL. Kernels are compiled when first launched. All work goes in order into one stream; no op
/// waits for the device. Sums have a fixed order that depends on the shape and the device kind alone. Opened
/// by <see cref="DeviceCatalog"/>.
/// </summary>
public sealed partial class IlgpuDevice : Device
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly GroupSizes _sizes;
    private readonly ProductPrecision _precision;
    private readonly UploadRing _uploads;
    private readonly CuBlasProducts? _vendor;
    private readonly Dictionary<Type, Delegate> _kernels = [];
    private MemoryBuffer? _scratch;
    private List<string>? _launched;

    /// <param name="context">Owned by the device from here on.</param>
    /// <param name="hardware">One of the context's devices.</param>
    /// <param name="id">The id in <see cref="DeviceCatalog"/>.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="sizes">Sizes of groups other than those that suit the hardware, for tests.</param>
    internal IlgpuDevice(
        Context context,
        ILGPU.Runtime.Device hardware,
        string id,
        DeviceOptions options,
        GroupSizes? sizes = null)
    {
        _context = context;
        _precision = Hardware.PrecisionOf(hardware, options.Precision, out string? products);
        _accelerator = hardware.CreateAccelerator(context);
        _stream = _accelerator.DefaultStream;
        _sizes = sizes ?? (_accelerator is CPUAccelerator
            ? GroupSizes.EmulatedFor(_precision)
            : GroupSizes.For(_accelerator.MaxNumThreadsPerGroup, _accelerator.MaxSharedMemoryPerGroup));
        _uploads = new UploadRing(_accelerator, _stream);
        var capabilities = new List<string>(Hardware.CapabilitiesOf(hardware));
        if (products is not null) capabilities.Add(products);
        if (_accelerator is CudaAccelerator cuda && options.VendorLibrary && _precision != ProductPrecision.BFloat16)
        {
            _vendor = CuBlasProducts.TryCreate(cuda, _precision == ProductPrecision.Tf32, out string report);
            capabilities.Add(report);
        }

        Info = new DeviceInfo(
            id,
            _accelerator.Name,
            id.Split(':')[0],
            _accelerator.NumMultiprocessors,
            Hardware.MemoryOf(hardware),
            capabilities);
    }

    public override DeviceInfo Info { get; }

    /// <inheritdoc/>
    public override bool LaunchesKernels => true;

    /// <inheritdoc/>
    public override ProductPrecision Precision => _precision;

    /// <inheritdoc/>
    public override string? VendorLibrary => _vendor?.Name;

    /// <inheritdoc/>
    public override void StartProfiler(bool isSeen = true)
    {
        _launched = [];
        if (!isSeen || _accelerator is not CudaAccelerator) return;
        _accelerator.Bind();
        CudaProfiler.Start();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? StopProfiler()
    {
        if (_accelerator is CudaAccelerator)
        {
            _accelerator.Bind();
            CudaProfiler.Stop();
        }

        var launched = _launched;
        _launched = null;
        return launched;
    }

    public override void Synchronize()
    {
        try
        {
            _stream.Synchronize();
        }
        catch (AcceleratorException e)
        {
            throw DriverErrors.Failure(Info, "while it computed", AllocatedBytes, e);
        }
    }

    protected override DeviceBuffer AllocateCore(long length, ElementType type, string label) =>
        new IlgpuBuffer(this, length, type, label, NewMemory(length, type, label));

    protected override void UploadCore(ReadOnlySpan<float> source, in Tensor destination) =>
        _uploads.Upload(source, F(destination));

    protected override void UploadCore(ReadOnlySpan<int> source, in Tensor destination) =>
        _uploads.Upload(source, I(destination));

    protected override void UploadCore(ReadOnlySpan<byte> source, in Tensor destination) =>
        _uploads.Upload(source, U(destination));

    protected override void DownloadCore(in Tensor source, Span<float> destination) =>
        F(source).CopyToCPU(_stream, destination);

    protected override void DownloadCore(in Tensor source, Span<int> destination) =>
        I(source).CopyToCPU(_stream, destination);

    protected override void CopyMemory(in Tensor source, in Tensor destination) =>
        F(source).CopyTo(_stream, F(destination));

    protected override void ClearMemory(in Tensor tensor) => F(tensor).MemSetToZero(_stream);

    protected override void DisposeCore()
    {
        Synchronize();
        _vendor?.Dispose();
        _uploads.Dispose();
        _scratch?.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    private static ArrayView<float> F(in Tensor tensor) =>
        ((IlgpuBuffer)tensor.Buffer).Floats.SubView(tensor.Offset, tensor.Count);

    private static ArrayView<int> I(in Tensor tensor) =>
        ((IlgpuBuffer)tensor.Buffer).Ints.SubView(tensor.Offset, tensor.Count);

    private static ArrayView<byte> U(in Tensor tensor) =>
        ((IlgpuBuffer)tensor.Buffer).Bytes.SubView(tensor.Offset, tensor.Count);

    // Partial results of one op. The ops of a stream follow each other, so all share one block; it only ever
    // grows, and a steady-state step needs no new one.
    private ArrayView<float> Scratch(long floats)
    {
        if (_scratch is null || _scratch.Length < floats * sizeof(float))
        {
            Synchronize();
            _scratch?.Dispose();
            _scratch = null;
            _scratch = NewMemory(floats, ElementType.Float32, "scratch of partial results");
        }

        // What an earlier op left there must not be taken for a result of this one: the emulation has NaN instead.
        if (_accelerator is CPUAccelerator) _scratch.AsRawArrayView().MemSet(_stream, 0xFF);
        return _scratch.AsRawArrayView().Cast<float>().SubView(0, floats);
    }

    private void Launch<TKernel>(in TKernel kernel, int groups, int threads)
        where TKernel : struct, IKernel
    {
        if (!_kernels.TryGetValue(typeof(TKernel), out var loaded))
        {
            loaded = Load<TKernel>();
            _kernels.Add(typeof(TKernel), loaded);
        }

        _launched?.Add(DriverErrors.NameOf(typeof(TKernel)));
        var launch = (Action<AcceleratorStream, KernelConfig, TKernel>)loaded;
        try
        {
            launch(_stream, new KernelConfig(groups, threads), kernel);
        }
        catch (AcceleratorException e)
        {
            string doing = $"to launch {DriverErrors.NameOf(typeof(TKernel))}, {groups} groups of {threads} threads";
            throw DriverErrors.Failure(Info, doing, AllocatedBytes, e);
        }
    }

    private Action<AcceleratorStream, KernelConfig, TKernel> Load<TKernel>()
        where TKernel : struct, IKernel
    {
        // ILGPU tells the driver's build log to the trace listeners only.
        using var log = new StringWriter();
        using var listener = new TextWriterTraceListener(log);
        Trace.Listeners.Add(listener);
        try
        {
            return _accelerator switch
            {
                CudaAccelerator cuda => PtxKernels.Load<TKernel>(cuda),
                CLAccelerator openCl => OpenClKernels.Load<TKernel>(openCl),
                _ => _accelerator.LoadKernel<TKernel>(KernelEntry.Run),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            listener.Flush();
            string detail = log.ToString().Trim();
            throw new DeviceUnavailableException(
                $"device '{Info.Id}': kernel {DriverErrors.NameOf(typeof(TKernel))} failed to compile: "
                + DriverErrors.Describe(e)
                + (detail.Length == 0 ? "" : $"{Environment.NewLine}{detail}"),
                e);
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }
    }

    private MemoryBuffer NewMemory(long length, ElementType type, string label)
    {
        // Bytes for every type: on OpenCL, ILGPU's MemSet multiplies an offset in bytes by the element size.
        long bytes = Math.Max(length, 1) * type.SizeInBytes();
        try
        {
            var memory = _accelerator.Allocate1D<byte>(bytes);
            memory.AsRawArrayView().MemSetToZero(_stream);
            return memory;
        }
        catch (Exception e) when (e is AcceleratorException or OutOfMemoryException)
        {
            long free = _accelerator is CudaAccelerator cuda
                ? cuda.GetFreeMemory()
                : Info.MemoryBytes - AllocatedBytes;
            throw new DeviceUnavailableException(
                OutOfMemory.Message(
                    Info, label, bytes, AllocatedBytes, free, Hardware.LargestBufferOf(_accelerator.Device)),
                e);
        }
    }
}
