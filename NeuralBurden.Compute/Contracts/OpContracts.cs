
namespace NeuralBurden.Compute.Contracts;

/// <summary>Every op of the program. An op that is not listed here is not tested, and a test says so.</summary>
public static class OpContracts
{
    public static IReadOnlyList<OpContract> All { get; } =
    [
        new GemmContract(),
        new ColumnSumContract(),
        new GateSumsContract(),
        new LinearGradientContract(),
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
        new ScaleImagesContract(),
        new ClipByNormContract(),
        new ApplyMaskContract(),
        new MaskGradientContract(),
        new SelectLargestContract(),
        new SelectInGroupsContract(),
        new SparseGemmContract(),
        new SparseLinearBackwardContract(),
        new SparseMlpContract(),
        new SparseWeightGradientContract(),
        new SparseRefreshContract(),
    ];
}
