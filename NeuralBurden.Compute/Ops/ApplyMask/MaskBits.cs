namespace NeuralBurden.Compute.Ops.ApplyMask;

/// <summary>
/// Masks on devices: one bit per element, bit i % 32 of word i / 32 of an int32 tensor [ceil(n / 32)]; 1 keeps.
/// </summary>
public static class MaskBits
{
    public static int WordsFor(long elements) => (int)((elements + 31) / 32);
}
