namespace NeuralBurden.Compute.GpuParts;

/// <summary>All of them, for a weight gradient and the bias gradient beside it.</summary>
internal readonly struct SummedPanels : IPanels
{
    public static bool MaySkip => false;

    public static bool Sums => true;
}
