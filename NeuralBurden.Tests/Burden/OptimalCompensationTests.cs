using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Burden;
using Xunit;

namespace NeuralBurden.Tests.Burden;

/// <summary>
/// The network of optimal compensation (eLife 5:e12454, method.md 4.1) against its closed forms, with G = D^T D + beta I.
/// </summary>
public class OptimalCompensationTests
{
    private const int Channels = 6;
    private const int Neurons = 9;
    private const double Beta = 0.5;

    [Fact]
    public void Rates_are_the_inverse_of_G_times_the_read_out_signal()
    {
        var (decoders, signal) = Draw(1);
        double[] expected = Closed(decoders, signal, All).Rates;
        float[] rates = Solve(decoders, signal, All, Beta);

        for (int j = 0; j < Neurons; j++) Assert.Equal(expected[j], rates[j], 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_loss_of_a_neuron_moves_the_others_along_its_column_of_the_inverse(int lost)
    {
        var (decoders, signal) = Draw(2);
        var (rates, inverse, energy) = Closed(decoders, signal, All);
        int[] left = [.. All.Where(j => j != lost)];
        float[] after = Solve(decoders, signal, left, Beta);

        for (int k = 0; k < left.Length; k++)
        {
            double expected = rates[left[k]] - (rates[lost] * inverse[left[k]][lost] / inverse[lost][lost]);
            Assert.Equal(expected, after[k], 1e-5);
        }

        double cost = Energy(decoders, signal, left, after) - energy;
        Assert.Equal(rates[lost] * rates[lost] / inverse[lost][lost], cost, 1e-5);
    }

    [Fact]
    public void The_loss_of_a_set_costs_its_rates_in_the_metric_of_the_inverse()
    {
        var (decoders, signal) = Draw(3);
        var (rates, inverse, energy) = Closed(decoders, signal, All);
        int[] lost = [1, 2, 7], left = [.. All.Except(lost)];
        double[][] block = [.. lost.Select(i => lost.Select(j => inverse[i][j]).ToArray())];
        double[][] metric = Inverse(block);
        double expected = 0;
        for (int a = 0; a < lost.Length; a++)
        {
            for (int b = 0; b < lost.Length; b++) expected += rates[lost[a]] * metric[a][b] * rates[lost[b]];
        }

        float[] after = Solve(decoders, signal, left, Beta);
        Assert.Equal(expected, Energy(decoders, signal, left, after) - energy, 1e-5);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.75, 4)]
    [InlineData(0.8, 5)]
    [InlineData(0.9, 10)]
    [InlineData(0.95, 20)]
    public void Survivors_of_equal_neurons_carry_one_over_one_minus_s(double removed, double load)
    {
        const int all = 40;
        float[] signal = [3, 4], decoders = [.. Enumerable.Repeat(new[] { 0.6f, 0.8f }, all).SelectMany(d => d)];
        int[] survivors = [.. Enumerable.Range(0, (int)Math.Round(all * (1 - removed)))];
        using var device = DeviceCatalog.Open("reference");
        UnitFigures before = Measure(Rates([.. Enumerable.Range(0, all)])), after = Measure(Rates(survivors));

        double[] ratios = after.ContributionRatios(before)!;
        Assert.All(survivors, j => Assert.Equal(load, ratios[j], load * 1e-5));
        Assert.All(Enumerable.Range(survivors.Length, all - survivors.Length), j => Assert.Equal(double.NaN, ratios[j]));

        // Rates of all units, those removed silent and unread.
        float[] Rates(int[] alive)
        {
            float[] kept = decoders[..(2 * alive.Length)], rates = new float[alive.Length];
            var readout = new OptimalReadout(device, kept, 2, 1e-7, 0);
            readout.Solve(signal, rates, 500, 1e-9);
            return [.. rates, .. new float[all - alive.Length]];
        }

        UnitFigures Measure(float[] rates)
        {
            var activity = new UnitActivity(all, classToken: false);
            activity.Add(SiteView.Of(rates, all, [], 1, 1));
            activity.Finish();
            return new UnitFigures(activity, null, [.. rates.Select(r => r == 0 ? 0.0 : 1)], null, 1);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void Recovery_ends_where_the_survivors_reach_their_ceiling(double removed)
    {
        // 20 equal neurons at rate 0.25 with a ceiling of 0.625: the boundary is at 1 - 0.25 / 0.625 = 0.6.
        const int all = 20;
        const double ceiling = 0.625;
        int alive = (int)Math.Round(all * (1 - removed));
        float[] signal = [3, 4], decoders = [.. Enumerable.Repeat(new[] { 0.6f, 0.8f }, alive).SelectMany(d => d)];
        using var device = DeviceCatalog.Open("reference");
        var readout = new OptimalReadout(device, decoders, 2, 0, 0, ceiling);
        float[] rates = new float[alive];
        readout.Solve(signal, rates, 500, 1e-9);

        double missing = Math.Max(0, 1 - (alive * ceiling / 5));
        double reached = rates.Sum(rate => (double)rate), x = signal[0] - (0.6 * reached), y = signal[1] - (0.8 * reached);
        Assert.Equal(missing * missing, ((x * x) + (y * y)) / 25, 1e-5);
        Assert.Equal(removed > 0.6 + 1e-9, missing > 1e-9);
    }

    [Fact]
    public void Best_error_is_what_lies_outside_the_decoders_and_below_the_range()
    {
        // Three channels read by two units; the third is read by none. Errors 2, -1 and 3 on rates 0.5 and 0.5: the first
        // can be repaired by rate 2.5, the second asks for -0.5 and gets -0.17, the third stays.
        using var device = DeviceCatalog.Open("reference");
        var best = new BestError(channels: 3, hidden: 2, images: 1, seed: 1);
        best.Add([2.5f, -0.5f, 3], [0.5f, 0.5f, 0], SiteView.Of([0.5f, 0.5f], 2, [], 1, 1));
        var (share, span) = best.Shares(device, [1, 0, 0, 1, 0, 0], [true, true]);

        Assert.Equal(9 / 14.0, span, 1e-5);
        Assert.Equal((9 + (0.33 * 0.33)) / 14, share, 1e-4);
    }

    private static int[] All => [.. Enumerable.Range(0, Neurons)];

    private static (float[] Decoders, float[] Signal) Draw(int seed)
    {
        var random = new Random(seed);
        return ([.. Enumerable.Range(0, Neurons * Channels).Select(_ => (float)((2 * random.NextDouble()) - 1))],
            [.. Enumerable.Range(0, Channels).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
    }

    private static float[] Solve(float[] decoders, float[] signal, int[] neurons, double beta)
    {
        using var device = DeviceCatalog.Open("reference");
        float[] kept = [.. neurons.SelectMany(j => decoders[(j * Channels)..((j + 1) * Channels)])];
        float[] rates = new float[neurons.Length];
        var readout = new OptimalReadout(device, kept, Channels, beta, double.NegativeInfinity);
        readout.Solve(signal, rates, 5000, 1e-9);
        return rates;
    }

    private static double Energy(float[] decoders, float[] signal, int[] neurons, float[] rates)
    {
        double energy = Beta * rates.Sum(r => (double)r * r);
        for (int c = 0; c < Channels; c++)
        {
            double rest = signal[c];
            for (int k = 0; k < neurons.Length; k++) rest -= (double)decoders[(neurons[k] * Channels) + c] * rates[k];
            energy += rest * rest;
        }

        return energy;
    }

    private static (double[] Rates, double[][] Inverse, double Energy) Closed(float[] decoders, float[] signal, int[] neurons)
    {
        double Dot(int i, int j) => Enumerable.Range(0, Channels)
            .Sum(c => (double)decoders[(i * Channels) + c] * decoders[(j * Channels) + c]);
        double[][] inverse = Inverse(
            [.. neurons.Select(i => neurons.Select(j => Dot(i, j) + (i == j ? Beta : 0)).ToArray())]);
        double[] read = [.. neurons.Select(j => Enumerable.Range(0, Channels)
            .Sum(c => (double)decoders[(j * Channels) + c] * signal[c]))];
        double[] rates = [.. inverse.Select(row => row.Zip(read, (a, b) => a * b).Sum())];
        return (rates, inverse, Energy(decoders, signal, neurons, [.. rates.Select(r => (float)r)]));
    }

    // Gauss-Jordan; G is positive definite, so no pivot vanishes.
    private static double[][] Inverse(double[][] matrix)
    {
        int n = matrix.Length;
        double[][] rows =
            [.. matrix.Select((row, i) => row.Concat(Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0)).ToArray())];
        for (int p = 0; p < n; p++)
        {
            double pivot = rows[p][p];
            for (int j = 0; j < 2 * n; j++) rows[p][j] /= pivot;
            for (int i = 0; i < n; i++)
            {
                double factor = rows[i][p];
                if (i == p || factor == 0) continue;
                for (int j = 0; j < 2 * n; j++) rows[i][j] -= factor * rows[p][j];
            }
        }

        return [.. rows.Select(row => row[n..])];
    }
}
