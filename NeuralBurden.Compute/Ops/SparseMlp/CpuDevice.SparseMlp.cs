using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseMlp;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    // Bundles of outputs must fill a tile: sums of outputs that are not there would reach the next tile. Dense
    // weight gradients come from DeepProduct.
    public override bool FusesSparseMlp(int m, int channels, int hidden, bool backward) =>
        channels % SparseOrder.Quad == 0 && hidden % SparseOrder.Quad == 0
        && (!backward || IsDeep(hidden, channels, m));

    public override Shape SparseMlpSaved(int m, int hidden)
    {
        int tokens = TokenTile.Tokens(VectorBits);
        return new(PartsOf(m, tokens), 2 * (hidden + 1), tokens);
    }

    protected override void SparseMlpCore(in SparseMlpArguments args)
    {
        int m = args.M;
        if (!FusesSparseMlp(m, args.W.Channels, args.W.Hidden, backward: !args.Saved.IsNone))
        {
            base.SparseMlpCore(args);
            return;
        }

        int tokens = TokenTile.Tokens(VectorBits);
        SparseOperand fc1 = Operand(args.W.Fc1.ByRows!), fc2 = Operand(args.W.Fc2.ByRows!);
        long scratch = SparseMlpJob.ScratchFloats(fc1, fc2, tokens);
        Parallel(
            new SparseMlpJob(
                args,
                fc1,
                fc2,
                !args.Saved.IsNone && Streaming.Pays(F(args.Saved), args.Saved.Count),
                Shared(scratch * _pool.Workers),
                scratch),
            PartsOf(m, tokens));
    }

    protected override void SparseMlpBackwardCore(in SparseMlpBackwardArguments args)
    {
        int m = args.M;
        if (!FusesSparseMlp(m, args.W.Channels, args.W.Hidden, backward: true))
        {
            base.SparseMlpBackwardCore(args);
            return;
        }

        int tokens = TokenTile.Tokens(VectorBits), perGroup = TilesPerGroup(m), groups = PartsOf(m, (long)perGroup * tokens);
        var job = new SparseMlpBackwardJob
        {
            M = m,
            TilesPerGroup = perGroup,
            Fc1 = Operand(args.W.Fc1.ByRows!),
            Fc1Columns = Operand(args.W.Fc1.ByColumns!),
            Fc2 = Operand(args.W.Fc2.ByRows!),
            Fc2Columns = Operand(args.W.Fc2.ByColumns!),
            Sampled1 = args.Gradients.Sampled1,
            Sampled2 = args.Gradients.Sampled2,
            Dy = F(args.Dy),
            X = F(args.X),
            Saved = F(args.Saved),
            Dx = F(args.Dx),
        };
        job.ScratchPerWorker = job.ScratchFloats(tokens);
        job.Stride = job.PartialFloats;
        job.Scratch = Shared((job.ScratchPerWorker * _pool.Workers) + (groups * job.Stride));
        job.Partials = job.Scratch + (job.ScratchPerWorker * _pool.Workers);
        Parallel(job, groups);
        SumPartials(
            job.Partials + job.PartialBias1, job.Stride, groups, args.W.Hidden, F(args.Gradients.Bias1), accumulate: false);
        SumPartials(
            job.Partials + job.PartialBias2,
            job.Stride,
            groups,
            args.W.Channels,
            F(args.Gradients.Bias2),
            accumulate: false);
        if (job.Sampled1) Scatter(job.Fc1, job.Partials, job.Stride, groups, args.Gradients.Fc1);
        if (job.Sampled2) Scatter(job.Fc2, job.Partials + job.Partial2, job.Stride, groups, args.Gradients.Fc2);

        // From here on the partial sums' memory is used anew.
        int hidden = args.W.Hidden, channels = args.W.Channels;
        float* dz = F(args.Saved), h = dz + ((nint)(hidden + 1) * tokens);
        if (!job.Sampled1) DeepProduct(Tiled(dz, F(args.X)), F(args.Gradients.Fc1), accumulate: false);
        if (job.Sampled2) return;
        // dW2^T = gelu(z)^T dY has its tiled factor on the left.
        float* turned = Aside((long)hidden * channels);
        DeepProduct(Tiled(h, F(args.Dy)), turned, accumulate: false);
        TokenTile.Turn(turned, channels, hidden, hidden, channels, F(args.Gradients.Fc2));

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
