namespace NeuralBurden.Compute.Devices;

/// <summary>To what the factors of matrix products are rounded before they are multiplied. Sums are float32 in all.</summary>
public enum ProductPrecision
{
    /// <summary>Not at all.</summary>
    Float32,

    /// <summary>8 bits of exponent and 10 of mantissa, nearest, ties away from zero.</summary>
    Tf32,

    /// <summary>bfloat16: 8 bits of exponent and 7 of mantissa, nearest, ties to even.</summary>
    BFloat16,
}
