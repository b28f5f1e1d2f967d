namespace NeuralBurden.Pruning.Presets;

/// <summary>What becomes of weights, in words that several methods share.</summary>
internal static class Fates
{
    public const string Gone = "weight and moments are 0 and stay so: no gradient, nothing for weight decay, no part in the "
        + "norm that clips";

    public const string Lives = "keeps its value and makes the optimizer's step from the dense gradient, moments and weight "
        + "decay as ever; the norm that clips leaves its gradient out, the factor scales it too; after stop it rests (no "
        + "gradient, no decay, moments cleared)";

    public const string Rests = "keeps its value: no gradient, no weight decay, no part in the norm that clips, moments cleared "
        + "when it is pruned";

    public const string Never = "none does";

    public const string AsItIs = "goes on with the weight and the moments that it has";

    public const string Grown = "starts at 0 with moments 0; one dropped and grown in the same update keeps both";
}
