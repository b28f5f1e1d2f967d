using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseMlp;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    // Bundles of four outputs must fill a tile: sums of outputs that are not there would reach the next tile. Dense
    // weight gradients come from DeepProduct.
    public override bool FusesSparseMlp(int m, int channels, int hidden, bool backward) =>
        channels % SparseOrder.Lanes == 0 && hidden % SparseOrder.Lanes == 0
        && (!backward || IsDeep(hidden, channels, m));

    public override Shape SparseMlpSaved(int m, int hidden)
    {
        int tokens = TokenTile.Tokens(VectorBits);
        return new(PartsOf(m, tokens), 2 * (hidden + 1), tokens);
    }

    protected override void SparseMlpCore(
        int m, in Tensor x, in SparseMlpWeights w, in Tensor residual, in Tensor saved, in Tensor y)
    {
        if (!FusesSparseMlp(m, w.Channels, w.Hidden, backward: !saved.IsNone))
        {
            base.SparseMlpCore(m, x, w, residual, saved, y);
            return;
        }

        int tokens = TokenTile.Tokens(VectorBits);
        SparseOperand fc1 = Operand(w.Fc1.ByRows!), fc2 = Operand(w.Fc2.ByRows!);
        long scratch = SparseMlpJob.ScratchFloats(fc1, fc2, tokens);
        Parallel(
            new SparseMlpJob
            {
                M = m,
                Fc1 = fc1,
                Fc2 = fc2,
                X = F(x),
                Bias1 = F(w.Bias1),
                Bias2 = F(w.Bias2),
                Residual = F(residual),
                Y = F(y),
                Saved = F(saved),
                Streams = !saved.IsNone && Streaming.Pays(F(saved), saved.Count),
                Scratch = Shared(scratch * _pool.Workers),
                ScratchPerWorker = scratch,
            },
            PartsOf(m, tokens));
    }

    protected override void SparseMlpBackwardCore(
        int m, in Tensor dy, in Tensor x, in SparseMlpWeights w, in Tensor saved, in Tensor dx, in SparseMlpGradients gradients)
    {
        if (!FusesSparseMlp(m, w.Channels, w.Hidden, backward: true))
        {
            base.SparseMlpBackwardCore(m, dy, x, w, saved, dx, gradients);
            return;
        }

        int tokens = TokenTile.Tokens(VectorBits), perGroup = TilesPerGroup(m), groups = PartsOf(m, (long)perGroup * tokens);
        var job = new SparseMlpBackwardJob
        {
            M = m,
            TilesPerGroup = perGroup,
            Fc1 = Operand(w.Fc1.ByRows!),
            Fc1Columns = Operand(w.Fc1.ByColumns!),
            Fc2 = Operand(w.Fc2.ByRows!),
            Fc2Columns = Operand(w.Fc2.ByColumns!),
            Sampled1 = gradients.Sampled1,
            Sampled2 = gradients.Sampled2,
            Dy = F(dy),
            X = F(x),
            Saved = F(saved),
            Dx = F(dx),
        };
        job.ScratchPerWorker = job.ScratchFloats(tokens);
        job.Stride = job.PartialFloats;
        job.Scratch = Shared((job.ScratchPerWorker * _pool.Workers) + (groups * job.Stride));
        job.Partials = job.Scratch + (job.ScratchPerWorker * _pool.Workers);
        Parallel(job, groups);
        SumPartials(job.Partials + job.PartialBias1, job.Stride, groups, w.Hidden, F(gradients.Bias1), accumulate: false);
        SumPartials(job.Partials + job.PartialBias2, job.Stride, groups, w.Channels, F(gradients.Bias2), accumulate: false);
        if (job.Sampled1) Scatter(job.Fc1, job.Partials, job.Stride, groups, gradients.Fc1);
        if (job.Sampled2) Scatter(job.Fc2, job.Partials + job.Partial2, job.Stride, groups, gradients.Fc2);

        // From here on the partial sums' memory is used anew.
        int hidden = w.Hidden, channels = w.Channels;
        float* dz = F(saved), h = dz + ((nint)(hidden + 1) * tokens);
        if (!job.Sampled1) DeepProduct(Tiled(dz, F(x)), F(gradients.Fc1), accumulate: false);
        if (job.Sampled2) return;
        // dW2^T = gelu(z)^T dY has its tiled factor on the left.
        float* turned = Aside((long)hidden * channels);
        DeepProduct(Tiled(h, F(dy)), turned, accumulate: false);
        TokenTile.Turn(turned, channels, hidden, hidden, channels, F(gradients.Fc2));

        GemmOperands Tiled(float* a, float* b) => new()
        {
            M = hidden,
            N = channels,
            K = m,
            A = a,
            ARow = tokens,
            AStep = 1,
            ATile = (nint)SparseMlpJob.SavedFloats(hidden, tokens),
            B = b,
            BStride = channels,
        };
    }
}
