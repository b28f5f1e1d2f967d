using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // The tile that products of sparse matrices run in; see GemmTile.
    public override PanelShape? SkippedPanels => new(8 * _sizes.TileSide, _sizes.TileSide);

    protected override void SparseGemmCore(in SparseGemmArguments args)
    {
        var panels = args.Form == GemmForm.NT ? args.W.ForwardPanels : args.W.InputPanels;

        // Where no panel is empty, the product may go to the vendor's library.
        var product = new GemmArguments(args.Form, args.X, args.W.Dense, args.Y, args.Epilogue);
        Product(product, default, panels is { Density: < 1 } ? panels : null);
    }
}
