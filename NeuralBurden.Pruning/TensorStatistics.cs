namespace NeuralBurden.Pruning;

/// <summary>Mask statistics of one tensor, or of all together.</summary>
/// <param name="Name">Tensor, or <c>all</c>.</param>
/// <param name="Count">Weights.</param>
/// <param name="Kept">Ones in the mask.</param>
/// <param name="FlipRate">|M_t xor M_{t-1}| / |M_t| at the latest mask update (method.md 2.2).</param>
/// <param name="ReturnRate">Share of all weights that were pruned at some time and are kept now.</param>
/// <param name="InTimeRate">Share of all weights that were kept at least once, R_s of ITOP (arXiv
/// 2102.02887).</param>
/// <param name="ActiveSecondMoment">Mean of Adam's v over kept weights; NaN without one.</param>
/// <param name="PrunedSecondMoment">Mean of Adam's v over pruned weights; NaN without one, or with none
/// pruned.</param>
public sealed record TensorStatistics(
    string Name, long Count, long Kept, double FlipRate, double ReturnRate, double InTimeRate,
    double ActiveSecondMoment, double PrunedSecondMoment)
{
    public double Density => (double)Kept / Count;

    public double Sparsity => 1 - Density;
}
