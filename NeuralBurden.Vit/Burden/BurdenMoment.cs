using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>The moment of training that a measurement belongs to.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Merges">Whether the run merges tokens then.</param>
internal readonly record struct BurdenMoment(int Epoch, int Step, BurdenPhase Phase, bool Merges = true)
{
    private static readonly BurdenSite[] Every = Enum.GetValues<BurdenSite>();
    private static readonly BurdenSite[] Main = [BurdenSite.Mlp];

    /// <summary>How the networks are looked at.</summary>
    public ModelPass Pass => ModelPass.Evaluation with { Unmerged = !Merges };

    /// <summary>All sites where there is time, the main one around mask changes.</summary>
    public IReadOnlyList<BurdenSite> Sites => Phase == BurdenPhase.EpochEnd ? Every : Main;

    /// <summary>Whether the costlier measures are taken: best achievable error and similarity.</summary>
    public bool IsFull => Phase == BurdenPhase.EpochEnd;
}
