using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

internal sealed partial class Trainer
{
    private readonly GroupGates? _gates;

    /// <summary>Where this step's backward passes add up gates; null in a step for which the method wants none.</summary>
    private GroupGates? BeginGates(int step)
    {
        if (Pruner?.NeedsGates(step) is not { } kind) return null;
        _gates!.Begin(kind);
        return _gates;
    }

    /// <summary>
    /// Makes the gates those of the whole batch, on every rank. Parts of a batch and ranks have equally many images, so the
    /// factor by which their losses are means is common to all.
    /// </summary>
    private void FinishGates(GroupGates? gates)
    {
        if (gates is null) return;
        gates.Download();
        _exchange?.Sum(gates.Sums);
    }
}
