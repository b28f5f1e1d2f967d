using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.GpuParts;
using HardwareDevice = ILGPU.Runtime.Device;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>What ILGPU knows of a device before it is opened, and how it is to compile for it.</summary>
internal static class Hardware
{
    static Hardware()
    {
        GroupMemory.RegisterForGpus();
        WarpEmulation.RegisterForGpus();
    }

    /// <summary>
    /// How kernels are compiled. Only the highest level of ILGPU tells memory of the device from shared memory
    /// and plans branches.
    /// </summary>
    public static Context.Builder Configure(Context.Builder builder)
    {
        TensorCores.Register(builder);
        return builder.EnableAlgorithms().Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
    }

    /// <summary>What a device can do of the precision that is wanted for products; says so, if it is not float32.</summary>
    /// <exception cref="NotSupportedException">bfloat16 where the device has no tensor cores for it.</exception>
    public static ProductPrecision PrecisionOf(HardwareDevice hardware, ProductPrecision wanted, out string? report)
    {
        report = null;
        if (wanted == ProductPrecision.Float32 || hardware is CLDevice) return ProductPrecision.Float32;
        string name = wanted == ProductPrecision.Tf32 ? "TF32" : "bfloat16";
        if (hardware is CudaDevice { Architecture: { } sm } && sm < TensorCores.First)
        {
            string reason = $"{name} needs compute capability {TensorCores.First.Major}.{TensorCores.First.Minor}, "
                + $"the device has {sm.Major}.{sm.Minor}";
            report = $"own products in float32: {reason}";
            return wanted == ProductPrecision.Tf32
                ? ProductPrecision.Float32
                : throw new NotSupportedException($"train.precision: {reason}; allowed: fp32");
        }

        report = $"own products in {name}{(hardware is CPUDevice ? ", emulated" : " on tensor cores")}";
        return wanted;
    }

    public static long MemoryOf(HardwareDevice hardware) => hardware is CPUDevice
        ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : hardware.MemorySize;

    public static long LargestBufferOf(HardwareDevice hardware) => hardware is CLDevice cl
        ? cl.GetDeviceInfo<long>(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        : long.MaxValue;

    public static IReadOnlyList<string> CapabilitiesOf(HardwareDevice hardware)
    {
        string limits =
            $"{hardware.NumMultiprocessors} multiprocessors, groups of {hardware.MaxNumThreadsPerGroup}";
        return hardware switch
        {
            CudaDevice cuda =>
            [
                $"CUDA driver {cuda.DriverVersion.Major}.{cuda.DriverVersion.Minor}",
                cuda.Architecture is { } sm
                    ? $"compute capability {sm.Major}.{sm.Minor}"
                    : "unknown architecture",
                limits,
                $"{cuda.MaxSharedMemoryPerGroup / 1024} KB shared",
            ],
            CLDevice cl =>
            [
                $"{cl.PlatformName} {cl.PlatformVersion.Major}.{cl.PlatformVersion.Minor}",
                $"OpenCL {cl.DeviceVersion.Major}.{cl.DeviceVersion.Minor}, driver {DriverOf(cl)}",
                limits,
                $"{cl.MaxSharedMemoryPerGroup / 1024} KB shared",
            ],
            _ => ["ILGPU's emulation, for tests and debugging", limits],
        };
    }

    /// <summary>Why a device cannot run the kernels; null where it can.</summary>
    public static string? ReasonAgainst(HardwareDevice hardware) => hardware switch
    {
        CudaDevice { Architecture: null } =>
            "ILGPU does not know its architecture (compute capability 3.0 or newer)",
        CudaDevice { InstructionSet: null } =>
            "its driver is too old for ILGPU: install a newer NVIDIA driver",
        CLDevice cl when cl.DeviceVersion < CLDeviceVersion.CL20 =>
            $"it has OpenCL {cl.DeviceVersion.Major}.{cl.DeviceVersion.Minor}; 2.0 or newer is needed",
        CLDevice { Capabilities.GenericAddressSpace: false } cl when IsPocl(cl) =>
            $"its OpenCL lacks the generic address space; PoCL has it since 6.0, this is {DriverOf(cl)}",
        CLDevice { Capabilities.GenericAddressSpace: false } =>
            "its OpenCL lacks the generic address space (an optional feature of OpenCL 3.0): a newer driver may have it",
        _ when hardware.MaxNumThreadsPerGroup < 16 =>
            $"it allows groups of {hardware.MaxNumThreadsPerGroup} threads; 16 are needed",
        _ => null,
    };

    private static bool IsPocl(CLDevice device) =>
        device.PlatformName.StartsWith("Portable Computing Language", StringComparison.Ordinal);

    private static string DriverOf(CLDevice device) =>
        CLAPI.CurrentAPI.GetDeviceInfo(device.DeviceId, CLDeviceInfoType.CL_DRIVER_VERSION).TrimEnd('\0');
}
