using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Ops.ApplyMask;
using NeuralBurden.Compute.Ops.AssembleTokens;
using NeuralBurden.Compute.Ops.Attention;
using NeuralBurden.Compute.Ops.Axpby;
using NeuralBurden.Compute.Ops.ClassAttention;
using NeuralBurden.Compute.Ops.ClipByNorm;
using NeuralBurden.Compute.Ops.ColumnSum;
using NeuralBurden.Compute.Ops.CrossEntropy;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.LayerNorm;
using NeuralBurden.Compute.Ops.LoadImages;
using NeuralBurden.Compute.Ops.MaskGradient;
using NeuralBurden.Compute.Ops.MatchByEnergy;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Ops.MeanKeys;
using NeuralBurden.Compute.Ops.MergeTokens;
using NeuralBurden.Compute.Ops.PaddingBias;
using NeuralBurden.Compute.Ops.Patchify;
using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Ops.PreserveNorms;
using NeuralBurden.Compute.Ops.SelectTokens;
using NeuralBurden.Compute.Ops.Sgd;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Ops.SparseLinearBackward;
using NeuralBurden.Compute.Ops.SparseMlp;
using NeuralBurden.Compute.Ops.SparseRefresh;
using NeuralBurden.Compute.Ops.SparseWeightGradient;
using NeuralBurden.Compute.Ops.SumTokens;

namespace NeuralBurden.Compute.Contracts;

/// <summary>Every op of the program. An op that is not listed here is not tested, and a test says so.</summary>
public static class OpContracts
{
    public static IReadOnlyList<OpContract> All { get; } =
    [
        new GemmContract(),
        new ColumnSumContract(),
        new GeluContract(),
        new LayerNormContract(),
        new AttentionContract(),
        new LoadImagesContract(),
        new PatchifyContract(),
        new AssembleTokensContract(),
        new PoolTokensContract(),
        new MeanKeysContract(),
        new MatchTokensContract(),
        new MergeTokensContract(),
        new MatchByEnergyContract(),
        new ClassAttentionContract(),
        new SelectTokensContract(),
        new SumTokensContract(),
        new PreserveNormsContract(),
        new PaddingBiasContract(),
        new CrossEntropyContract(),
        new AdamWContract(),
        new SgdContract(),
        new AxpbyContract(),
        new ClipByNormContract(),
        new ApplyMaskContract(),
        new MaskGradientContract(),
        new SparseGemmContract(),
        new SparseLinearBackwardContract(),
        new SparseMlpContract(),
        new SparseWeightGradientContract(),
        new SparseRefreshContract(),
    ];
}
