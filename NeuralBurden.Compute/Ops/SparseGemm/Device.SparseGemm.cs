using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Whether sparse products touch only kept weights here. If not, sparse ops are there all the same, and compute
    /// with the masked dense matrix.
    /// </summary>
    public virtual bool SupportsSparse => false;

    /// <summary>
    /// What products skip where <see cref="SupportsSparse"/> is not given: panels without a kept weight, as patterns of
    /// blocks leave them; null for nothing.
    /// </summary>
    public virtual PanelShape? SkippedPanels => null;

    /// <summary>How kept weights are stored for this device's kernels; null without <see cref="SupportsSparse"/>.</summary>
    internal virtual OrderShape? Order => null;

    /// <summary>How products read weights one by one where <see cref="SupportsSparse"/> is not given; null for not.</summary>
    internal virtual EntryShape? Entries => null;

    /// <inheritdoc cref="SparseGemmArguments"/>
    public void SparseGemm(in SparseGemmArguments args)
    {
        if (args.Check(new(this, nameof(SparseGemm)))) SparseGemmCore(args);
    }

    protected virtual void SparseGemmCore(in SparseGemmArguments args) =>
        Gemm(new(args.Form, args.X, args.W.Dense, args.Y, args.Epilogue));
}
