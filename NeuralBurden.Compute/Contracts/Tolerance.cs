namespace NeuralBurden.Compute.Contracts;

/// <summary>
/// Two results agree where |a - b| is at most <paramref name="Absolute"/> + <paramref name="Relative"/> * scale, with
/// scale the largest magnitude in the expected tensor: cancellation makes small elements of a sum inexact in
/// proportion to the large ones. NaN agrees with NaN, an infinity with itself.
/// </summary>
public readonly record struct Tolerance(double Relative, double Absolute = 0)
{
    public static Tolerance Exact => new(0);

    /// <summary>Null where all elements agree, else a message with the first differences.</summary>
    public string? Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double scale = 0;
        foreach (float value in expected)
        {
            if (float.IsFinite(value)) scale = Math.Max(scale, Math.Abs(value));
        }

        var message = new System.Text.StringBuilder();
        int differences = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (Agrees(expected[i], actual[i], scale)) continue;
            if (differences++ < 10) message.Append($" [{i}] expected {expected[i]:R}, got {actual[i]:R};");
        }

        return differences == 0 ? null : $"{differences} of {expected.Length} elements differ:{message}";
    }

    private bool Agrees(float expected, float actual, double scale)
    {
        if (expected.Equals(actual)) return true;
        if (!float.IsFinite(expected) || !float.IsFinite(actual)) return false;
        return Math.Abs((double)expected - actual) <= Absolute + (Relative * scale);
    }
}
