namespace NeuralBurden.Compute.GpuParts;

internal readonly struct EveryPanel : IPanels
{
    public static bool MaySkip => false;
}
