using System.Numerics;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The rates that represent signals best through given decoders: r* = argmin over r in [lower, upper] of
/// |t - sum_j D_j r_j|^2 + ridge |r|^2, for many signals t at once (Barrett, Deneve and Machens, eLife 5:e12454, Eq. 1 to
/// 3, with C(r) = sum r_j^2). Without a bound that binds, r* = G^-1 D^T t with G = D^T D + ridge I. Accelerated projected
/// gradient (FISTA) with a restart per signal; products run on the device.
/// </summary>
public sealed class OptimalReadout
{
    // Power iteration finds the largest eigenvalue from below.
    private const double StepMargin = 1.05;
    private const int PowerIterations = 60;

    private readonly Device _device;
    private readonly float[] _decoders;
    private readonly int _units;
    private readonly int _channels;
    private readonly float _ridge;
    private readonly float _lower;
    private readonly float _upper;
    private readonly float _step;

    /// <param name="device">Runs the products.</param>
    /// <param name="decoders">D_j in row j, [units, channels].</param>
    /// <param name="channels">Length of a signal.</param>
    /// <param name="ridge">Cost of rates, at least 0.</param>
    /// <param name="lower">Least rate; -infinity for none.</param>
    /// <param name="upper">The ceiling of rates; infinity for none.</param>
    public OptimalReadout(
        Device device,
        float[] decoders,
        int channels,
        double ridge,
        double lower,
        double upper = double.PositiveInfinity)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(decoders.Length % channels, 0, nameof(decoders));
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        (_device, _decoders, _channels, _units) = (device, decoders, channels, decoders.Length / channels);
        (_ridge, _lower, _upper) = ((float)ridge, (float)lower, (float)upper);
        _step = (float)(1 / ((StepMargin * LargestEigenvalue()) + ridge));
    }

    /// <summary>Improves rates until they hardly change.</summary>
    /// <param name="targets">t, [signals, channels].</param>
    /// <param name="rates">Where to start and, in the end, r*, [signals, units].</param>
    /// <param name="iterations">Most steps.</param>
    /// <param name="tolerance">Ends where a step changes the rates by less than this share of their norm.</param>
    public void Solve(ReadOnlySpan<float> targets, Span<float> rates, int iterations, double tolerance)
    {
        int signals = targets.Length / _channels;
        if (signals == 0 || _units == 0 || !float.IsFinite(_step)) return;
        Shape wide = new(signals, _units), narrow = new(signals, _channels);
        Tensor point = Take(wide), gradient = Take(wide), rest = Take(narrow), negated = Take(narrow);
        Tensor decoders = Take(new Shape(_units, _channels)), bias = Take(new Shape(_channels));
        try
        {
            float[] y = new float[rates.Length], g = new float[rates.Length], minus = new float[targets.Length];
            for (int i = 0; i < minus.Length; i++) minus[i] = -targets[i];
            for (int i = 0; i < rates.Length; i++) y[i] = rates[i] = Math.Clamp(rates[i], _lower, _upper);
            float[] momentum = new float[signals];
            Array.Fill(momentum, 1);
            _device.Clear(bias);
            _device.Upload(_decoders, decoders);
            _device.Upload(minus, negated);
            for (int i = 0; i < iterations; i++)
            {
                _device.Upload(y, point);
                var minusTarget = GemmEpilogue.BiasResidual(bias, negated);
                _device.Gemm(new(GemmForm.NN, point, decoders, rest, minusTarget));
                _device.Gemm(new(GemmForm.NT, rest, decoders, gradient));
                _device.Download(gradient, g);
                if (Advance(g, y, rates, momentum) <= tolerance) break;
            }
        }
        finally
        {
            foreach (var tensor in new[] { point, gradient, rest, negated, decoders, bias }) tensor.Buffer.Dispose();
        }
    }

    private Tensor Take(Shape shape) => _device.AllocateTensor(shape, "optimal readout");

    // Returns the change of all rates relative to their norm.
    private double Advance(float[] gradient, float[] point, Span<float> rates, float[] momentum)
    {
        double change = 0, norm = 0;
        for (int s = 0; s < momentum.Length; s++)
        {
            Span<float> g = gradient.AsSpan(s * _units, _units), y = point.AsSpan(s * _units, _units);
            var r = rates.Slice(s * _units, _units);
            var (uphill, moved, size) = Project(g, y, r);
            change += moved;
            norm += size;
            // A step against the last movement says that the momentum overshot: start it anew.
            float t = uphill > 0 ? 1 : momentum[s], next = (1 + MathF.Sqrt(1 + (4 * t * t))) / 2;
            Extrapolate(g, y, r, uphill > 0 ? 0 : (t - 1) / next);
            momentum[s] = next;
        }

        return Math.Sqrt(change / Math.Max(norm, double.Epsilon));
    }

    // g becomes the new rates; returns g . (new - old), |new - old|^2 and |new|^2.
    private (float Uphill, float Moved, float Size) Project(Span<float> g, Span<float> y, Span<float> r)
    {
        Vector<float> ridge = new(_ridge), step = new(_step), lower = new(_lower), upper = new(_upper);
        Vector<float> uphill = default, moved = default, size = default;
        var gradients = MemoryMarshal.Cast<float, Vector<float>>(g);
        var points = MemoryMarshal.Cast<float, Vector<float>>(y);
        var old = MemoryMarshal.Cast<float, Vector<float>>(r);
        for (int i = 0; i < gradients.Length; i++)
        {
            var full = gradients[i] + (ridge * points[i]);
            var rate = Vector.Min(upper, Vector.Max(lower, points[i] - (step * full)));
            var d = rate - old[i];
            uphill += full * d;
            moved += d * d;
            size += rate * rate;
            gradients[i] = rate;
        }

        var sums = (Uphill: Vector.Sum(uphill), Moved: Vector.Sum(moved), Size: Vector.Sum(size));
        for (int j = gradients.Length * Vector<float>.Count; j < g.Length; j++)
        {
            float full = g[j] + (_ridge * y[j]), rate = Math.Clamp(y[j] - (_step * full), _lower, _upper), d = rate - r[j];
            sums = (sums.Uphill + (full * d), sums.Moved + (d * d), sums.Size + (rate * rate));
            g[j] = rate;
        }

        return sums;
    }

    // y = new + m (new - old), r = new.
    private static void Extrapolate(Span<float> rates, Span<float> y, Span<float> r, float momentum)
    {
        var m = new Vector<float>(momentum);
        var fresh = MemoryMarshal.Cast<float, Vector<float>>(rates);
        var points = MemoryMarshal.Cast<float, Vector<float>>(y);
        var old = MemoryMarshal.Cast<float, Vector<float>>(r);
        for (int i = 0; i < fresh.Length; i++)
        {
            points[i] = fresh[i] + (m * (fresh[i] - old[i]));
            old[i] = fresh[i];
        }

        for (int j = fresh.Length * Vector<float>.Count; j < r.Length; j++)
        {
            y[j] = rates[j] + (momentum * (rates[j] - r[j]));
            r[j] = rates[j];
        }
    }

    // Of D D^T, which has the eigenvalues of D^T D.
    private double LargestEigenvalue()
    {
        double[] v = new double[_channels], next = new double[_channels];
        for (int c = 0; c < _channels; c++) v[c] = 1 + (0.37 * Math.Sin(c + 1));
        double value = 0;
        for (int i = 0; i < PowerIterations; i++)
        {
            Array.Clear(next);
            for (int j = 0; j < _units; j++)
            {
                var decoder = _decoders.AsSpan(j * _channels, _channels);
                double dot = 0;
                for (int c = 0; c < _channels; c++) dot += decoder[c] * v[c];
                for (int c = 0; c < _channels; c++) next[c] += dot * decoder[c];
            }

            value = Math.Sqrt(next.Sum(x => x * x));
            if (value == 0) return 0;
            for (int c = 0; c < _channels; c++) v[c] = next[c] / value;
        }

        return value;
    }
}
