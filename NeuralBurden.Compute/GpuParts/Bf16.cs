using ILGPU.IR.Intrinsics;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>bfloat16: the upper half of a float, the nearest, ties to even, as by <c>cvt.rn.bf16x2.f32</c>.</summary>
internal readonly struct Bf16 : IWarpFormat
{
    [IntrinsicImplementation]
    public static WarpSums AddStep(WarpSums sums, WarpOperands operands) =>
        WarpEmulation.AddStep<Bf16>(sums, operands);

    public static float Round(float value)
    {
        if (float.IsNaN(value)) return value;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000);
    }

    public static (int Lane, int Word) PlaceOf(int k) => (k / 2, k % 2);
}
