
namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Four values of one thread, see <see cref="Float8"/>, or a quad of words that is read and written at once.
/// </summary>
internal struct Float4
{
    public float A, B, C, D;

    public static Float4 Of(float value) => new() { A = value, B = value, C = value, D = value };

    public readonly float Sum => A + B + (C + D);

    public void Add(in Float4 other)
    {
        A += other.A;
        B += other.B;
        C += other.C;
        D += other.D;
    }

    /// <summary>Element by element.</summary>
    public void Multiply(in Float4 other)
    {
        A *= other.A;
        B *= other.B;
        C *= other.C;
        D *= other.D;
    }

    /// <summary>this += factor * other.</summary>
    public void AddScaled(float factor, in Float4 other)
    {
        A += factor * other.A;
        B += factor * other.B;
        C += factor * other.C;
        D += factor * other.D;
    }
}
