using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// The random numbers of one generated image, drawn in sequence from Philox at (seed, set and split, image).
/// Only integers and exact double arithmetic, so that every machine draws the same.
/// </summary>
internal struct DrawRandom(ulong seed, uint set, int image)
{
    private readonly ulong _first = (ulong)(uint)image << 32;
    private uint _blocks;
    private (uint A, uint B, uint C, uint D) _words;
    private int _left;

    public uint Bits()
    {
        if (_left == 0)
        {
            _words = Philox.Block(seed, RandomStream.EmbeddedData, set, _first + _blocks++);
            _left = 4;
        }

        return _left-- switch { 4 => _words.A, 3 => _words.B, 2 => _words.C, _ => _words.D };
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => Bits() * (1.0 / 4294967296.0);

    /// <summary>Uniform in [low, high).</summary>
    public double Range(double low, double high) => low + (high - low) * Unit();

    /// <summary>Uniform in [-size, size).</summary>
    public double Around(double size) => Range(-size, size);

    /// <summary>Uniform in {0, ..., bound - 1}.</summary>
    public int Below(int bound) => (int)(((ulong)Bits() * (uint)bound) >> 32);

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>
    /// A rotation by an angle in [-2 atan(t), 2 atan(t)] for t = <paramref name="halfAngleTangent"/>, by cos
    /// = (1 - u^2) / (1 + u^2) and sin = 2u / (1 + u^2): library sines differ between machines in the last
    /// bit.
    /// </summary>
    public (double Cos, double Sin) Rotation(double halfAngleTangent)
    {
        double u = Around(halfAngleTangent), length = 1 + u * u;
        return ((1 - u * u) / length, 2 * u / length);
    }
}
