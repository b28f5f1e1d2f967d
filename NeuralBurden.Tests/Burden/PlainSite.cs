namespace NeuralBurden.Tests.Burden;

/// <summary>One site of <see cref="PlainLoads"/>: every figure of every unit.</summary>
internal sealed class PlainSite
{
    public PlainSite(
        double[][][] values, double[][] sizes, int units, int width,
        Func<double[], int, double> rate, Func<double[], int, double> contribution,
        Func<int, int[]> rows, Func<int, bool> entered, Func<int, int> fanOut,
        float[] incoming, double[][][] inputs, double rms)
    {
        int channels = inputs[0][0].Length;
        double[] magnitudes = [.. Enumerable.Range(0, channels).Select(i => PlainLoads.Mean(inputs, sizes, x => Math.Abs(x[i])))];
        int[] all = [.. Enumerable.Range(0, units)];
        Width = width;
        FanOut = [.. all.Select(fanOut)];
        Alive = [.. all.Where(j => entered(j) && FanOut[j] > 0)];
        Rate = [.. all.Select(j => PlainLoads.Mean(values, sizes, h => rate(h, j)))];
        Energy = [.. all.Select(j => PlainLoads.Mean(values, sizes, h => rate(h, j) * rate(h, j)))];
        Kappa = [.. all.Select(j => PlainLoads.Mean(values, sizes, h => contribution(h, j)) / rms)];
        ImageKappa = [.. all.Select(j => values.Average(image => image.Sum(h => contribution(h, j))) / rms)];
        Synapse = [.. all.Select(j =>
        {
            double sum = 0;
            int kept = 0;
            foreach (int row in rows(j))
            {
                for (int i = 0; i < channels; i++)
                {
                    float w = incoming[(row * channels) + i];
                    sum += Math.Abs(w) * magnitudes[i];
                    kept += w == 0 ? 0 : 1;
                }
            }

            return kept == 0 ? 0 : sum / kept;
        })];
        double floor = 0.01 * Mean(Rate);
        Active = [.. all.Select(j => PlainLoads.Mean(values, sizes, h => rate(h, j) > floor ? 1 : 0))];
    }

    public int Width { get; }

    public int[] Alive { get; }

    public int[] FanOut { get; }

    public double[] Rate { get; }

    public double[] Energy { get; }

    public double[] Kappa { get; }

    public double[] ImageKappa { get; }

    public double[] Synapse { get; }

    public double[] Active { get; }

    public double Mean(double[] figures) => Alive.Sum(j => figures[j]) / Alive.Length;

    public double Quantile(double[] figures, double q)
    {
        var sorted = Alive.Select(j => figures[j]).ToList();
        sorted.Sort();
        double place = q * (sorted.Count - 1);
        int low = (int)Math.Floor(place), high = Math.Min(low + 1, sorted.Count - 1);
        return (sorted[low] * (1 - (place - low))) + (sorted[high] * (place - low));
    }

    /// <summary>Every measure of the table that needs no signal, by key.</summary>
    public Dictionary<string, double> Against(PlainSite twin, PlainSite shot)
    {
        double p95 = Quantile(Kappa, 0.95), p50 = Quantile(Kappa, 0.5), mean = Mean(Rate);
        double[] traffic = [.. Active.Zip(FanOut, (a, k) => a * k)];
        return new Dictionary<string, double>
        {
            ["log_k_twin"] = Math.Log(p95 / twin.Quantile(twin.Kappa, 0.95)),
            ["log_k_twin_p50"] = Math.Log(p50 / twin.Quantile(twin.Kappa, 0.5)),
            ["log_k_shot"] = Math.Log(p95 / shot.Quantile(shot.Kappa, 0.95)),
            ["log_k_shot_p50"] = Math.Log(p50 / shot.Quantile(shot.Kappa, 0.5)),
            ["log_p95_kappa"] = Math.Log(p95),
            ["log_p50_kappa"] = Math.Log(p50),
            ["log_p95_kappa_twin"] = Math.Log(twin.Quantile(twin.Kappa, 0.95)),
            ["log_p95_kappa_shot"] = Math.Log(shot.Quantile(shot.Kappa, 0.95)),
            ["alive_share"] = (double)Alive.Length / Rate.Length,
            ["alive_share_shot"] = (double)shot.Alive.Length / shot.Rate.Length,
            ["log_u_shot"] = Math.Log(Quantile(Synapse, 0.5) / shot.Quantile(shot.Synapse, 0.5)),
            ["log_u_twin"] = Math.Log(Quantile(Synapse, 0.5) / twin.Quantile(twin.Synapse, 0.5)),
            ["cost"] = Mean(Energy) / twin.Mean(twin.Energy),
            ["cost_rate"] = mean / twin.Mean(twin.Rate),
            ["cost_kappa"] = Alive.Average(j => Kappa[j] * Kappa[j]) / twin.Alive.Average(j => twin.Kappa[j] * twin.Kappa[j]),
            ["image_load"] = Mean(ImageKappa),
            ["log_image_k_twin"] = Math.Log(Quantile(ImageKappa, 0.95) / twin.Quantile(twin.ImageKappa, 0.95)),
            ["log_image_k_shot"] = Math.Log(Quantile(ImageKappa, 0.95) / shot.Quantile(shot.ImageKappa, 0.95)),
            ["traffic"] = Mean(traffic),
            ["activity_share"] = Mean(Active),
            ["q_p95"] = Quantile(Rate, 0.95) / mean,
            ["idle_share"] = Alive.Count(j => Rate[j] <= 0.025 * mean) / (double)Alive.Length,
            ["overloaded_share"] = Alive.Count(j => Rate[j] >= 4 * mean) / (double)Alive.Length,
        };
    }
}
