using ILGPU.Runtime;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.LinearGradient;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    private bool IsOpenCl => _accelerator.AcceleratorType == AcceleratorType.OpenCL;

    // The product's tiles have the rows that the bias gradient sums in shared memory anyway: two launches fewer.
    protected override void LinearGradientCore(in LinearGradientArguments args)
    {
        var (m, _, k) = args.Extents;
        // PoCL computes the kernel with sums wrong, docs/devices.md; until the reason is known, OpenCL has two ops.
        bool apart = IsOpenCl || (_vendor is not null && UsesVendorLibrary);
        if (m == 0 || k == 0 || apart) base.LinearGradientCore(args);
        else Product(new GemmArguments(GemmForm.TN, args.Dy, args.X, args.Dw), args.Db, null);
    }
}
