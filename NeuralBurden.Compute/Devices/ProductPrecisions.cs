using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Devices;

/// <summary>What precisions mean and are called.</summary>
public static class ProductPrecisions
{
    /// <summary><c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public static string Name(this ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => "tf32",
        ProductPrecision.BFloat16 => "bf16",
        _ => "fp32",
    };

    /// <summary>Factors as they are multiplied; the same array where nothing is rounded.</summary>
    public static float[] Round(this ProductPrecision precision, float[] factors) => precision switch
    {
        ProductPrecision.Tf32 => Array.ConvertAll(factors, Tf32.Round),
        ProductPrecision.BFloat16 => Array.ConvertAll(factors, Bf16.Round),
        _ => factors,
    };
}
