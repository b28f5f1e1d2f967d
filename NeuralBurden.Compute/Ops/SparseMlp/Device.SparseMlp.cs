using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseMlp;
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

    /// <inheritdoc cref="SparseMlpArguments"/>
    public void SparseMlp(in SparseMlpArguments args)
    {
        var require = new Require(this, nameof(SparseMlp));
        if (!args.Check(require)) return;
        require.OptionalFloats(args.Saved, SparseMlpSaved(args.M, args.W.Hidden));
        SparseMlpCore(args);
    }

    /// <inheritdoc cref="SparseMlpBackwardArguments"/>
    public void SparseMlpBackward(in SparseMlpBackwardArguments args)
    {
        var require = new Require(this, nameof(SparseMlpBackward));
        if (!args.Check(require)) return;
        require.Floats(args.Saved, SparseMlpSaved(args.M, args.W.Hidden));
        SparseMlpBackwardCore(args);
    }

    protected virtual void SparseMlpCore(in SparseMlpArguments args)
    {
        int m = args.M;
        var shape = SparseMlpSaved(m, args.W.Hidden);
        using var memory = args.Saved.IsNone ? Allocate(shape.Count, ElementType.Float32, "hidden") : null;
        var (z, h) = Halves(memory is null ? args.Saved : new Tensor(memory, 0, shape), m, args.W.Hidden);
        SparseGemm(new(GemmForm.NT, args.X, args.W.Fc1, h, GemmEpilogue.BiasGelu(args.W.Bias1, z)));
        SparseGemm(new(GemmForm.NT, h, args.W.Fc2, args.Y, GemmEpilogue.BiasResidual(args.W.Bias2, args.Residual)));
    }

    protected virtual void SparseMlpBackwardCore(in SparseMlpBackwardArguments args)
    {
        int m = args.M;
        var (z, h) = Halves(args.Saved, m, args.W.Hidden);
        Gradient(args.Gradients.Sampled2, args.Dy, h, args.W.Fc2, args.Gradients.Fc2);
        ColumnSum(new(args.Dy, args.Gradients.Bias2));
        // What h held is not needed any more.
        SparseGemm(new(GemmForm.NN, args.Dy, args.W.Fc2, h, GemmEpilogue.GeluGradient(z)));
        Gradient(args.Gradients.Sampled1, h, args.X, args.W.Fc1, args.Gradients.Fc1);
        ColumnSum(new(h, args.Gradients.Bias1));
        SparseGemm(new(GemmForm.NN, h, args.W.Fc1, args.Dx));

        void Gradient(bool sampled, in Tensor dOut, in Tensor input, SparseMatrix matrix, in Tensor target)
        {
            if (sampled) SparseWeightGradient(new(dOut, input, matrix, target));
            else Gemm(new(GemmForm.TN, dOut, input, target));
        }
    }

    private static (Tensor First, Tensor Second) Halves(in Tensor saved, int m, int hidden)
    {
        var half = new Shape(m, hidden);
        return (new Tensor(saved.Buffer, saved.Offset, half), new Tensor(saved.Buffer, saved.Offset + half.Count, half));
    }
}
