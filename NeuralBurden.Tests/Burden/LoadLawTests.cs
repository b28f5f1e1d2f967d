using MathNet.Numerics.Distributions;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Burden;

/// <summary>What the measures must be in closed form: the two nulls of selection, optimal compensation, free scales.</summary>
public sealed class LoadLawTests : IDisposable
{
    private const int Dim = 256;
    private const int Hidden = 256;

    private static readonly VitShape Shape = new(1, 28, 28, 7, Dim, Depth: 1, Heads: 4, Hidden, Classes: 10, ClassToken: true);

    private readonly Device _device = DeviceCatalog.Open("cpu", 1);
    private readonly DeviceImages _images;

    public LoadLawTests()
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 32, TestCount = 32 });
        _images = new DeviceImages(_device, data.Test, 32, data.Train.Mean, data.Train.Std);
    }

    public void Dispose()
    {
        _images.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.98)]
    public void Selecting_large_weights_alone_raises_U_as_Gaussian_tails_do(double s)
    {
        using VisionTransformer dense = Model(), shot = Model();
        Prune(shot, shot.Blocks[0].Fc1, s);
        double z = Normal.InvCDF(0, 1, (1 + s) / 2);
        double expected = Normal.PDF(0, 1, z) / ((1 - s) * Normal.PDF(0, 1, 0));

        // Means and not medians, where the law holds unit by unit only on average.
        var (own, twin) = (Loads(shot)[0], Loads(dense)[0]);
        Assert.Equal(expected, own.Mean(own.SynapseLoad)!.Value / twin.Mean(twin.SynapseLoad)!.Value, 0.02 * expected);
        Assert.Equal(Math.Log(expected), Value(LoadMeasures.LogUTwin, own, twin), 0.05);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.98)]
    public void Removing_entries_of_the_decoders_alone_lowers_K(double s)
    {
        using VisionTransformer dense = Model(), shot = Model();
        Prune(shot, shot.Blocks[0].Fc2, s);
        double z = Normal.InvCDF(0, 1, (1 + s) / 2), expected = Math.Sqrt(1 - s + (2 * z * Normal.PDF(0, 1, z)));

        // cost_kappa is the ratio of mean squares, where the law is exact in expectation.
        Assert.Equal(expected, Math.Sqrt(Value(LoadMeasures.CostKappa, Loads(shot)[0], Loads(dense)[0])), 0.02 * expected);
    }

    [Fact]
    public void Scaling_a_heads_values_up_and_its_projection_down_leaves_kappa()
    {
        using VisionTransformer plain = Model(), scaled = Model();
        var (qkv, projection) = (scaled.Blocks[0].Qkv, scaled.Blocks[0].Projection);
        Scale(qkv.Weight, 8, i => i >= 2 * Dim * Dim);
        Scale(qkv.Bias, 8, i => i >= 2 * Dim);
        Scale(projection.Weight, 1 / 8f, _ => true);
        var (a, b) = (Loads(plain)[1], Loads(scaled)[1]);

        for (int h = 0; h < 4; h++)
        {
            Assert.Equal(a.Kappa[h], b.Kappa[h], a.Kappa[h] * 1e-5);
            Assert.Equal(8 * a.Rate[h], b.Rate[h], a.Rate[h] * 1e-4);
        }
    }

    [Fact]
    public void Permuting_hidden_units_changes_nothing_but_their_order()
    {
        using VisionTransformer plain = Model(), turned = Model();
        var block = turned.Blocks[0];
        float[] fc1 = HostCopy.Of(_device, block.Fc1.Weight.Weights), fc2 = HostCopy.Of(_device, block.Fc2.Weight.Weights);
        _device.Upload([.. fc1.Chunk(Dim).Reverse().SelectMany(row => row)], block.Fc1.Weight.Weights);
        _device.Upload([.. fc2.Chunk(Hidden).SelectMany(row => row.Reverse())], block.Fc2.Weight.Weights);
        double[] kappa = Loads(plain)[0].Kappa, reversed = [.. Loads(turned)[0].Kappa.Reverse()];

        for (int j = 0; j < Hidden; j++) Assert.Equal(kappa[j], reversed[j], kappa[j] * 1e-6);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(2)]
    public void Without_a_bound_the_best_rates_are_the_closed_form_and_losing_a_unit_costs_what_it_says(double cost)
    {
        double[][] decoders = Gaussian(5, 8, 3);
        double[] x = Gaussian(1, 8, 4)[0];
        var (rates, energy) = Solve(decoders, cost, x, double.NegativeInfinity);
        var inverse = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(5, 5, (i, j) =>
            decoders[i].Zip(decoders[j], (a, b) => a * b).Sum() + (i == j ? cost : 0)).Inverse();
        for (int i = 0; i < 5; i++)
        {
            double expected = Enumerable.Range(0, 5).Sum(j => inverse[i, j] * decoders[j].Zip(x, (a, b) => a * b).Sum());
            Assert.Equal(expected, rates[i], 1e-6);
            var (left, dearer) = Solve([.. decoders.Where((_, j) => j != i)], cost, x, double.NegativeInfinity);
            Assert.Equal(expected * expected / inverse[i, i], dearer - energy, 1e-6);
            int other = i == 0 ? 1 : 0;
            double shifted = rates[other] - (rates[i] * inverse[other, i] / inverse[i, i]);
            Assert.Equal(shifted, left[other > i ? other - 1 : other], 1e-6);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(0.9)]
    public void Equal_neurons_that_are_left_carry_one_over_one_minus_s(double removed)
    {
        double[] direction = Gaussian(1, 6, 7)[0];
        double[][] all = [.. Enumerable.Repeat(direction, 20)];
        int left = (int)Math.Round(20 * (1 - removed));
        double full = Solve(all, 1e-5, direction, 0).Rates[0], survivor = Solve(all[..left], 1e-5, direction, 0).Rates[0];

        Assert.Equal(1 / (1 - removed), survivor / full, 1e-4 / (1 - removed));
    }

    [Fact]
    public void Best_rates_under_a_bound_satisfy_the_conditions_of_the_optimum()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            int units = 1 + (seed * 7 % 40), channels = 1 + (seed * 5 % 24);
            double cost = seed % 4 == 0 ? 0 : Math.Pow(10, (seed % 5) - 3);
            double[][] decoders = Gaussian(units, channels, seed);
            double[] target = Gaussian(1, channels, seed + 100)[0];
            var (rates, _) = Solve(decoders, cost, target, -0.17);
            double[] rest = [.. target];
            for (int k = 0; k < units; k++)
            {
                for (int c = 0; c < channels; c++) rest[c] -= decoders[k][c] * rates[k];
            }

            for (int k = 0; k < units; k++)
            {
                // Of a free rate the gradient is 0, at the bound it points outwards.
                double slope = (cost * rates[k]) - decoders[k].Zip(rest, (a, b) => a * b).Sum();
                Assert.True(rates[k] >= -0.17);
                bool isLeast = rates[k] <= -0.17 ? slope >= -1e-4 : Math.Abs(slope) < 1e-4;
                Assert.True(isLeast, $"seed {seed}: slope {slope} at {rates[k]}");
            }
        }
    }

    [Fact]
    public void A_ridge_map_recovers_a_linear_one_and_shrinks_where_there_is_nothing_to_find()
    {
        double[][] x = Gaussian(60, 5, 1), b = Gaussian(5, 3, 2), noise = Gaussian(60, 3, 3);
        double[][] y = [.. x.Select(row => Enumerable.Range(0, 3)
            .Select(k => 2 + row.Select((v, i) => v * b[i][k]).Sum()).ToArray())];
        double[] found = new RidgeMap(x, y).Apply(x[7]);

        for (int k = 0; k < 3; k++) Assert.Equal(y[7][k], found[k], 1e-6);
        Assert.True(new RidgeMap(x, noise).Lambda > 100 * new RidgeMap(x, y).Lambda);
    }

    private static (double[] Rates, double Energy) Solve(double[][] decoders, double cost, double[] target, double lowest)
    {
        var search = new BestRates(decoders, [.. decoders.Select(_ => cost)], lowest);
        double[] error = [.. target];
        Assert.InRange(search.Solve(target, error), 0, 60);
        return ([.. search.Rates], error.Sum(e => e * e) + (cost * search.Rates.Sum(r => r * r)));
    }

    private static double[][] Gaussian(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ =>
            Enumerable.Range(0, columns).Select(_ => Normal.Sample(random, 0, 1)).ToArray())];
    }

    private static double Value(string key, SiteLoads own, SiteLoads twin) =>
        LoadMeasures.All.Single(m => m.Key == key).Value(new LoadComparison(own, twin, twin, null))!.Value;

    // Gaussian matrices around the hidden units.
    private VisionTransformer Model()
    {
        var model = new VisionTransformer(_device, Shape);
        Initialization.Apply(_device, model.Parameters, 1);
        var block = model.Blocks[0];
        foreach (var (parameter, seed) in new[] { (block.Fc1.Weight, 11), (block.Fc2.Weight, 12), (block.Qkv.Bias, 13) })
        {
            float[] weights = [.. Gaussian(1, (int)parameter.Shape.Count, seed)[0].Select(w => (float)(0.05 * w))];
            _device.Upload(weights, parameter.Weights);
        }

        return model;
    }

    private void Prune(VisionTransformer model, LinearLayer layer, double sparsity)
    {
        var mask = new Mask(layer.Weight.Shape[0], layer.Weight.Shape[1], full: false);
        mask.Replace(Words(mask.Length, (int)Math.Round((1 - sparsity) * mask.Length)));
        var config = RunConfig.Default with
        {
            Pruning = new PruningConfig { Method = "gmp", Sparsity = sparsity, Distribution = SparsityDistribution.Uniform },
        };
        ShotNetwork.Prune(_device, model, [(layer.Weight, mask)], config, 10);
    }

    private static ulong[] Words(int bits, int ones)
    {
        ulong[] words = new ulong[(bits + 63) / 64];
        for (int i = 0; i < ones; i++) words[i / 64] |= 1UL << (i % 64);
        return words;
    }

    private SiteLoads[] Loads(VisionTransformer model)
    {
        model.Forward(_images.Load([.. Enumerable.Range(0, 32)], []).Images, ModelPass.Evaluation);
        var tally = new BlockTally(new SiteReader(_device), model.Blocks[0], model.Shape.Block(0), classToken: true);
        tally.Add(model.Blocks[0].Activations);
        return tally.Finish();
    }

    private void Scale(Parameter parameter, float factor, Func<int, bool> where)
    {
        float[] values = HostCopy.Of(_device, parameter.Weights);
        _device.Upload([.. values.Select((v, i) => where(i) ? factor * v : v)], parameter.Weights);
    }
}
