using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Burden;

/// <summary>The inner loops of the measures over one token's units: whole vectors, then the rest.</summary>
internal static class ActivityMath
{
    /// <summary>rate += w |h|, load += |h|, energy += w h^2; all of one length.</summary>
    public static void Accumulate(
        ReadOnlySpan<float> h, float weight, Span<float> rate, Span<float> load, Span<float> energy)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(h);
        var rates = MemoryMarshal.Cast<float, Vector<float>>(rate);
        var loads = MemoryMarshal.Cast<float, Vector<float>>(load);
        var energies = MemoryMarshal.Cast<float, Vector<float>>(energy);
        var w = new Vector<float>(weight);
        for (int i = 0; i < vectors.Length; i++)
        {
            var x = vectors[i];
            var magnitude = Vector.Abs(x);
            rates[i] += w * magnitude;
            loads[i] += magnitude;
            energies[i] += w * x * x;
        }

        for (int j = vectors.Length * Vector<float>.Count; j < h.Length; j++)
        {
            float magnitude = MathF.Abs(h[j]);
            rate[j] += weight * magnitude;
            load[j] += magnitude;
            energy[j] += weight * h[j] * h[j];
        }
    }

    /// <summary>positive += w max(x, 0), negative += w max(-x, 0).</summary>
    public static void AccumulateSigned(
        ReadOnlySpan<float> x, float weight, Span<float> positive, Span<float> negative)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(x);
        var above = MemoryMarshal.Cast<float, Vector<float>>(positive);
        var below = MemoryMarshal.Cast<float, Vector<float>>(negative);
        var w = new Vector<float>(weight);
        for (int i = 0; i < vectors.Length; i++)
        {
            above[i] += w * Vector.Max(vectors[i], Vector<float>.Zero);
            below[i] += w * Vector.Max(-vectors[i], Vector<float>.Zero);
        }

        for (int j = vectors.Length * Vector<float>.Count; j < x.Length; j++)
        {
            positive[j] += weight * MathF.Max(x[j], 0);
            negative[j] += weight * MathF.Max(-x[j], 0);
        }
    }

    /// <summary>share[j] += w where |h[j]| > limits[j].</summary>
    public static void CountAbove(ReadOnlySpan<float> h, float weight, ReadOnlySpan<float> limits, Span<float> share)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(h);
        var thresholds = MemoryMarshal.Cast<float, Vector<float>>(limits);
        var shares = MemoryMarshal.Cast<float, Vector<float>>(share);
        var w = new Vector<float>(weight);
        for (int i = 0; i < vectors.Length; i++)
        {
            var above = Vector.GreaterThan(Vector.Abs(vectors[i]), thresholds[i]);
            shares[i] += Vector.ConditionalSelect(above, w, Vector<float>.Zero);
        }

        for (int j = vectors.Length * Vector<float>.Count; j < h.Length; j++)
        {
            if (MathF.Abs(h[j]) > limits[j]) share[j] += weight;
        }
    }

    /// <summary>y += a x.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, float a, Span<float> y)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(x);
        var to = MemoryMarshal.Cast<float, Vector<float>>(y);
        var factor = new Vector<float>(a);
        for (int i = 0; i < from.Length; i++) to[i] += factor * from[i];
        for (int j = from.Length * Vector<float>.Count; j < x.Length; j++) y[j] += a * x[j];
    }

    /// <summary>Adds single-precision sums of one image to those of all, and clears them.</summary>
    public static void Drain(Span<float> image, double[] all)
    {
        for (int j = 0; j < image.Length; j++) all[j] += image[j];
        image.Clear();
    }
}
