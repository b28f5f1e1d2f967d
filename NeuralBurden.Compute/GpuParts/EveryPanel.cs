namespace NeuralBurden.Compute.GpuParts;

internal readonly struct EveryPanel : IPanels
{
    public static bool MaySkip => false;

    public static bool Sums => false;
}
