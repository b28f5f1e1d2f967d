using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Tests a model with hidden MLP units silenced in every block. A silenced unit is not read: its column of fc2 is zero
/// for the time of the test, and the weights are bitwise the same afterwards.
/// </summary>
internal sealed class UnitSilencing(Device device, VisionTransformer model, Evaluator evaluator, bool merges = true)
{
    /// <summary>Share of the units alive that a test of the study silences.</summary>
    public const double Share = 0.05;

    private const int Draws = 5;

    // Steps 0 and 1 of the stream choose probe images and tokens.
    private const uint FirstDraw = 2;

    /// <summary>Test accuracy with the given units of each block silenced.</summary>
    public double Accuracy(IReadOnlyList<int[]> units, CancellationToken cancellation)
    {
        LinearLayer[] layers = [.. model.Blocks.Select(b => b.Fc2)];
        float[][] weights = [.. layers.Select(l => HostCopy.Of(device, l.Weight.Effective))];
        try
        {
            for (int i = 0; i < layers.Length; i++)
            {
                float[] silenced = [.. weights[i]];
                int hidden = layers[i].Weight.Shape[1];
                for (int row = 0; row < silenced.Length; row += hidden)
                {
                    foreach (int j in units[i]) silenced[row + j] = 0;
                }

                Write(layers[i].Weight, silenced);
            }

            return evaluator.Run(model, default, merges, cancellation).Accuracy;
        }
        finally
        {
            for (int i = 0; i < layers.Length; i++) Write(layers[i].Weight, weights[i]);
        }

        void Write(Parameter weight, float[] values)
        {
            device.Upload(values, weight.Effective);
            weight.Products.Refresh();
        }
    }

    /// <summary>Compares the units that carry most with random ones, after a measurement of this model.</summary>
    /// <param name="meter">Its last measurement ranks the units.</param>
    /// <param name="seed">Draws the random units.</param>
    public SilencingRecord Compare(BurdenMeter meter, int seed, CancellationToken cancellation)
    {
        bool ratios = meter.ContributionRatios.All(k => k is not null);
        return Compare(
            ratios ? "contribution_ratio" : "contribution",
            [.. meter.Units.Select(u => u.Alive)],
            [.. meter.Units.Select((u, i) => ratios ? meter.ContributionRatios[i]! : u.Contribution!)],
            Draws,
            seed,
            cancellation);
    }

    /// <summary>Compares the units of the largest figures with random ones.</summary>
    /// <param name="by">What the figures are.</param>
    /// <param name="living">Units alive, [block][H].</param>
    /// <param name="figures">[block][H].</param>
    /// <param name="draws">Times that random units are drawn.</param>
    /// <param name="seed">Draws them.</param>
    public SilencingRecord Compare(
        string by,
        IReadOnlyList<bool[]> living,
        IReadOnlyList<double[]> figures,
        int draws,
        int seed,
        CancellationToken cancellation)
    {
        int[][] alive = [.. living.Select(a => Enumerable.Range(0, a.Length).Where(j => a[j]).ToArray())];
        int[] counts = [.. alive.Select(a => Math.Min(a.Length, Math.Max(1, (int)Math.Round(Share * a.Length))))];
        int[][] top = [.. alive.Select((a, i) => Top(a, figures[i], counts[i]))];
        double[] random = new double[draws];
        for (int d = 0; d < draws; d++)
        {
            uint draw = FirstDraw + (uint)d;
            random[d] = Accuracy([.. alive.Select((a, i) => Draw(a, counts[i], seed, draw, i))], cancellation);
        }

        return new SilencingRecord
        {
            By = by,
            Share = Share,
            Units = counts.Sum(),
            Accuracy = evaluator.Run(model, default, merges, cancellation).Accuracy,
            TopAccuracy = Accuracy(top, cancellation),
            RandomAccuracies = random,
        };
    }

    // The largest first; a unit without a figure last, equal ones by index.
    private static int[] Top(int[] alive, double[] figures, int count) =>
        [.. alive.OrderByDescending(j => double.IsNaN(figures[j]) ? double.NegativeInfinity : figures[j]).Take(count)];

    private static int[] Draw(int[] alive, int count, int seed, uint draw, int block)
    {
        int[] order = [.. alive];
        for (int k = 0; k < count; k++)
        {
            ulong index = ((ulong)block << 32) + (ulong)k;
            int pick = k + Philox.Below(order.Length - k, (ulong)seed, RandomStream.Probe, draw, index);
            (order[k], order[pick]) = (order[pick], order[k]);
        }

        return order[..count];
    }
}
