using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.LinearGradient;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // The product's tiles have the rows that the bias gradient sums in shared memory anyway: two launches fewer.
    protected override void LinearGradientCore(in LinearGradientArguments args)
    {
        var (m, _, k) = args.Extents;
        if (m == 0 || k == 0 || (_vendor is not null && UsesVendorLibrary)) base.LinearGradientCore(args);
        else Product(new GemmArguments(GemmForm.TN, args.Dy, args.X, args.Dw), args.Db, null);
    }
}
