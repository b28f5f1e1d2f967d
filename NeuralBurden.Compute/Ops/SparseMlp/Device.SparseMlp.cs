using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Whether <see cref="SparseMlp"/> keeps hidden units in cache here, for M tokens, C channels and F hidden units, with or
    /// without a backward pass to come; if not, it is there all the same, and made of the single products.
    /// </summary>
    public virtual bool FusesSparseMlp(int m, int channels, int hidden, bool backward) => false;

    /// <summary>Shape of what a forward pass keeps for backward; its layout is the device's own.</summary>
    public virtual Shape SparseMlpSaved(int m, int hidden) => new(2, m, hidden);

    /// <summary>
    /// y = residual + gelu(x Fc1^T + b1) Fc2^T + b2 with x, y and residual [M, C]: both products over the kept weights, and
    /// bit by bit what <see cref="SparseGemm"/> called twice computes. Only y and the residual may be the same.
    /// </summary>
    /// <param name="x">[M, C].</param>
    /// <param name="w">The weights.</param>
    /// <param name="residual">[M, C].</param>
    /// <param name="saved">Filled for the backward pass, <see cref="SparseMlpSaved"/>; none in evaluation.</param>
    /// <param name="y">[M, C].</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SparseMlp(
        in Tensor x, in SparseMlpWeights w, in Tensor residual, in Tensor saved, in Tensor y)
    {
        const string op = "SparseMlp";
        int m = RequireMlp(op, "x", x, w);
        Require.Floats(this, op, "residual", residual, x.Shape);
        Require.Floats(this, op, "y", y, x.Shape);
        Require.Disjoint(op, "x", x, "y", y);
        if (!saved.IsNone) Require.Floats(this, op, "saved", saved, SparseMlpSaved(m, w.Hidden));
        if (y.Count > 0) SparseMlpCore(m, x, w, residual, saved, y);
    }

    /// <summary>
    /// From dY [M, C] to dX [M, C], without the residual's share, and the gradients of weights and biases, overwritten: bit
    /// by bit what <see cref="SparseGemm"/>, <see cref="SparseWeightGradient"/> or <see cref="Gemm"/>, and
    /// <see cref="ColumnSum"/> compute. Nothing may overlap.
    /// </summary>
    /// <param name="dy">[M, C].</param>
    /// <param name="x">Input of the forward pass [M, C].</param>
    /// <param name="w">The weights.</param>
    /// <param name="saved">What the forward pass kept; consumed.</param>
    /// <param name="dx">[M, C].</param>
    /// <param name="gradients">Overwritten.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SparseMlpBackward(
        in Tensor dy, in Tensor x, in SparseMlpWeights w, in Tensor saved, in Tensor dx, in SparseMlpGradients gradients)
    {
        const string op = "SparseMlpBackward";
        int m = RequireMlp(op, "x", x, w);
        Require.Floats(this, op, "dy", dy, x.Shape);
        Require.Floats(this, op, "dx", dx, x.Shape);
        Require.Floats(this, op, "saved", saved, SparseMlpSaved(m, w.Hidden));
        Require.Floats(this, op, "dFc1", gradients.Fc1, w.Fc1.Dense.Shape);
        Require.Floats(this, op, "dBias1", gradients.Bias1, w.Bias1.Shape);
        Require.Floats(this, op, "dFc2", gradients.Fc2, w.Fc2.Dense.Shape);
        Require.Floats(this, op, "dBias2", gradients.Bias2, w.Bias2.Shape);
        Require.Disjoint(op, "dy", dy, "dx", dx);
        Require.Disjoint(op, "x", x, "dx", dx);
        if (gradients.Fc1.Count > 0) SparseMlpBackwardCore(m, dy, x, w, saved, dx, gradients);
    }

    protected virtual void SparseMlpCore(
        int m, in Tensor x, in SparseMlpWeights w, in Tensor residual, in Tensor saved, in Tensor y)
    {
        using var memory = saved.IsNone ? Allocate(SparseMlpSaved(m, w.Hidden).Count, ElementType.Float32, "hidden") : null;
        var (z, h) = Halves(memory is null ? saved : new Tensor(memory, 0, SparseMlpSaved(m, w.Hidden)), m, w.Hidden);
        SparseGemm(GemmForm.NT, x, w.Fc1, h, GemmEpilogue.BiasGelu(w.Bias1, z));
        SparseGemm(GemmForm.NT, h, w.Fc2, y, GemmEpilogue.BiasResidual(w.Bias2, residual));
    }

    protected virtual void SparseMlpBackwardCore(
        int m, in Tensor dy, in Tensor x, in SparseMlpWeights w, in Tensor saved, in Tensor dx, in SparseMlpGradients gradients)
    {
        var (z, h) = Halves(saved, m, w.Hidden);
        Gradient(gradients.Sampled2, dy, h, w.Fc2, gradients.Fc2);
        ColumnSum(dy, gradients.Bias2);
        // What h held is not needed any more.
        SparseGemm(GemmForm.NN, dy, w.Fc2, h, GemmEpilogue.GeluGradient(z));
        Gradient(gradients.Sampled1, h, x, w.Fc1, gradients.Fc1);
        ColumnSum(h, gradients.Bias1);
        SparseGemm(GemmForm.NN, h, w.Fc1, dx);

        void Gradient(bool sampled, in Tensor dOut, in Tensor input, SparseMatrix matrix, in Tensor target)
        {
            if (sampled) SparseWeightGradient(dOut, input, matrix, target);
            else Gemm(GemmForm.TN, dOut, input, target);
        }
    }

    private static (Tensor First, Tensor Second) Halves(in Tensor saved, int m, int hidden)
    {
        var half = new Shape(m, hidden);
        return (new Tensor(saved.Buffer, saved.Offset, half), new Tensor(saved.Buffer, saved.Offset + half.Count, half));
    }

    private int RequireMlp(string op, string name, in Tensor x, in SparseMlpWeights w)
    {
        RequireHere(op, w.Fc1);
        RequireHere(op, w.Fc2);
        Require.Rank(this, op, name, x, 2);
        Require.Floats(this, op, name, x, new Shape(x.Shape[0], w.Channels));
        Require.Floats(this, op, "Fc2", w.Fc2.Dense, new Shape(w.Channels, w.Hidden));
        Require.Floats(this, op, "Bias1", w.Bias1, new Shape(w.Hidden));
        Require.Floats(this, op, "Bias2", w.Bias2, new Shape(w.Channels));
        return x.Shape[0];
    }
}
