using ILGPU;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Ilgpu;

public sealed partial class IlgpuDevice
{
    /// <summary>
    /// The product by cuBLAS, the epilogue by a second launch; false where there is no cuBLAS.
    /// </summary>
    private bool TryVendorGemm(
        GemmForm form,
        int m,
        int n,
        int k,
        ArrayView<float> a,
        ArrayView<float> b,
        ArrayView<float> c,
        GemmOutput output,
        bool inPlaceResidual)
    {
        if (_vendor is null) return false;

        // Where C is the residual itself, the product is added to it, and only the bias is left to add.
        bool accumulate = output.Kind == GemmOutput.Accumulate || inPlaceResidual;
        _vendor.Multiply(form, m, n, k, a, b, c, accumulate);
        if (inPlaceResidual) output.Kind = (int)EpilogueKind.Bias;
        if (output.Kind is GemmOutput.Accumulate or (int)EpilogueKind.None) return true;
        Each(new FoldSlices(c, 1, m, n, output), (long)m * n);
        return true;
    }
}
