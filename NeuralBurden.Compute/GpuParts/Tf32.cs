using ILGPU.IR.Intrinsics;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>TF32: a float of 10 bits of mantissa, the nearest, ties away from zero, as by <c>cvt.rna.tf32.f32</c>.</summary>
internal readonly struct Tf32 : IWarpFormat
{
    [IntrinsicImplementation]
    public static WarpSums AddStep(WarpSums sums, WarpOperands operands) =>
        WarpEmulation.AddStep<Tf32>(sums, operands);

    public static float Round(float value) => float.IsNaN(value)
        ? value
        : BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0x1000) & 0xFFFF_E000);

    public static (int Lane, int Word) PlaceOf(int k) => (k % 4, k / 4);
}
