using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>The burden of one layer of one run at one moment: what of a <see cref="BurdenRecord"/> a study uses.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Phase">When in training.</param>
/// <param name="Layer">Block, from 0.</param>
/// <param name="Reference">What ratios are taken to.</param>
/// <param name="Tokens">Tokens per image at the site.</param>
/// <param name="Values">Measures by name, see <see cref="StudyMeasures"/>; one that does not exist is absent.</param>
public sealed record StudyLayer(
    int Epoch,
    int Step,
    BurdenPhase Phase,
    int Layer,
    BurdenReference Reference,
    int Tokens,
    IReadOnlyDictionary<string, double> Values);
