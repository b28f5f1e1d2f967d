using ILGPU;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Ilgpu;

public sealed partial class IlgpuDevice
{
    // cuBLAS has none of the epilogues: they take a second launch.
    partial void VendorGemm(
        GemmForm form,
        int m,
        int n,
        int k,
        ArrayView<float> a,
        ArrayView<float> b,
        GemmOutput output,
        bool inPlaceResidual,
        ref bool done)
    {
        if (_vendor is null) return;
        done = true;

        // Where C is the residual itself, the product is added to it, and only the bias is left to add.
        bool accumulate = output.Kind == GemmOutput.Accumulate || inPlaceResidual;
        _vendor.Multiply(form, m, n, k, a, b, output.C, accumulate);
        if (inPlaceResidual) output.Kind = (int)EpilogueKind.Bias;
        if (output.Kind is GemmOutput.Accumulate or (int)EpilogueKind.None) return;
        Each(new FoldSlices(output.C, 1, m, n, output), (long)m * n);
    }
}
