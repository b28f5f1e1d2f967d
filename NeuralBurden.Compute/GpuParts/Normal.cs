namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// The standard normal distribution in float32. The upper tail is Q(z) = exp(-z^2 / 2) t p(t), t = 1 / (1 +
/// 0.35 z), with p interpolated at the Chebyshev nodes of z in [0, 14]: relative error below 4e-8 before
/// rounding, so that the tail keeps its relative precision.
/// </summary>
internal static class Normal
{
    private const float InverseRootTwoPi = 0.39894228f;

    /// <summary>x Phi(x).</summary>
    public static float Gelu(float x) => x * Cdf(x, Bell(Clamp(x)));

    /// <summary>Phi(x) + x phi(x).</summary>
    public static float GeluDerivative(float x)
    {
        float z = Clamp(x), bell = Bell(z);
        return Cdf(x, bell) + (z * bell * InverseRootTwoPi);
    }

    public static Float4 Gelu(in Float4 x) => new() { A = Gelu(x.A), B = Gelu(x.B), C = Gelu(x.C), D = Gelu(x.D) };

    public static Float4 GeluDerivative(in Float4 x) => new()
    {
        A = GeluDerivative(x.A),
        B = GeluDerivative(x.B),
        C = GeluDerivative(x.C),
        D = GeluDerivative(x.D),
    };

    // Beyond 14 the bell is nothing to a float; the bound keeps z^2 and z times the bell finite. NaN stays
    // NaN.
    private static float Clamp(float x) => x > 14 ? 14 : x < -14 ? -14 : x;

    private static float Bell(float z) => MathF.Exp(-0.5f * z * z);

    private static float Cdf(float x, float bell)
    {
        float t = 1 / (1 + (0.35f * (x < 0 ? -x : x)));
        float p = -0.0296795219f;
        p = (p * t) + 0.146545827f;
        p = (p * t) - 0.260961235f;
        p = (p * t) + 0.165050998f;
        p = (p * t) - 0.0270466078f;
        p = (p * t) + 0.107114591f;
        p = (p * t) + 0.119444914f;
        p = (p * t) + 0.139912292f;
        p = (p * t) + 0.13961871f;
        float tail = bell * t * p;
        return x > 0 ? 1 - tail : tail;
    }
}
