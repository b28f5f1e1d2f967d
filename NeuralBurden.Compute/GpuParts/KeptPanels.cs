namespace NeuralBurden.Compute.GpuParts;

/// <summary>Those with a kept weight.</summary>
internal readonly struct KeptPanels : IPanels
{
    public static bool MaySkip => true;

    public static bool Sums => false;
}
