using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// The random numbers of one image or pair in one training step, drawn in sequence from Philox at (seed, step, place):
/// a resumed run and every device draw the same ones.
/// </summary>
internal struct AugmentRandom(ulong seed, uint stream, uint step, int place)
{
    private readonly ulong _first = (ulong)(uint)place << 32;
    private uint _blocks;
    private (uint A, uint B, uint C, uint D) _words;
    private int _left;

    public uint Bits()
    {
        if (_left == 0)
        {
            _words = Philox.Block(seed, stream, step, _first + _blocks++);
            _left = 4;
        }

        return _left-- switch { 4 => _words.A, 3 => _words.B, 2 => _words.C, _ => _words.D };
    }

    /// <summary>Uniform in (0, 1).</summary>
    public double Unit() => (Bits() + 0.5) * (1.0 / 4294967296.0);

    /// <summary>Uniform in (low, high).</summary>
    public double Range(double low, double high) => low + ((high - low) * Unit());

    /// <summary>Uniform in {0, ..., bound - 1}.</summary>
    public int Below(int bound) => (int)(((ulong)Bits() * (uint)bound) >> 32);

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Beta(alpha, alpha), alpha above 0, by two gamma variates.</summary>
    public double Beta(double alpha)
    {
        double x = LogGamma(alpha), y = LogGamma(alpha);
        // In logarithms: for a small alpha both variates underflow.
        return 1 / (1 + Math.Exp(y - x));
    }

    /// <summary>
    /// Logarithm of a Gamma(shape, 1) variate by Marsaglia and Tsang, "A simple method for generating gamma variables"
    /// (2000); a shape below 1 is raised by 1 and scaled by U^(1 / shape).
    /// </summary>
    private double LogGamma(double shape)
    {
        double boost = shape < 1 ? Math.Log(Unit()) / shape : 0;
        double d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Math.Sqrt(-2 * Math.Log(Unit())) * Math.Cos(2 * Math.PI * Unit());
            double v = 1 + (c * x);
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(Unit()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return Math.Log(d * v) + boost;
        }
    }
}
