using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Interchange;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.OneShot;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.OneShot;

/// <summary>Pruning a stored model of another program at once.</summary>
public sealed class OneShotTests : IDisposable
{
    private static readonly TimmVit Vit = new() { LayerScale = true, Registers = 2 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OneShotCriterion.Magnitude, 0.5)]
    [InlineData(OneShotCriterion.Magnitude, 0.9)]
    [InlineData(OneShotCriterion.Wanda, 0.37)]
    [InlineData(OneShotCriterion.Wanda, 0)]
    [InlineData(OneShotCriterion.SparseGpt, 0.5)]
    [InlineData(OneShotCriterion.SparseGpt, 0.83)]
    public void Every_matrix_gives_exactly_its_share(OneShotCriterion criterion, double sparsity)
    {
        var pruned = Prune(new OneShotOptions { Criterion = criterion, Sparsity = sparsity });

        foreach (var (name, weights) in Matrices(pruned))
        {
            int expected = (int)Math.Round(sparsity * weights.Length, MidpointRounding.AwayFromZero);
            Assert.Equal(expected, weights.Length - Kept(pruned, name, weights.Length).Count(k => k));
        }
    }

    [Fact]
    public void Magnitudes_of_all_matrices_are_ranked_together_where_asked()
    {
        var pruned = Prune(new OneShotOptions { Sparsity = 0.6, Global = true });
        var before = Stored().File;

        float least = float.MaxValue, most = 0;
        foreach (var (name, weights) in Matrices(pruned))
        {
            bool[] kept = Kept(pruned, name, weights.Length);
            float[] old = Values(before, name);
            for (int i = 0; i < kept.Length; i++)
            {
                if (kept[i]) least = Math.Min(least, Math.Abs(old[i]));
                else most = Math.Max(most, Math.Abs(old[i]));
                Assert.Equal(kept[i] ? old[i] : 0, weights[i]);
            }
        }

        Assert.True(most <= least, $"{most} was pruned, {least} kept");
    }

    [Fact]
    public void Wanda_weighs_magnitudes_by_the_norms_of_inputs_within_a_row()
    {
        var pruned = Prune(new OneShotOptions { Criterion = OneShotCriterion.Wanda, Sparsity = 0.5 });
        float[] old = Values(Stored().File, "blocks.0.attn.qkv.weight");
        double[] norms = InputNorms();

        bool[] kept = Kept(pruned, "blocks.0.attn.qkv.weight", old.Length);
        for (int row = 0; row < 3 * Vit.Dim; row++)
        {
            var scores = Enumerable.Range(0, Vit.Dim).Select(j => (At: (row * Vit.Dim) + j, Norm: norms[j]))
                .Select(c => (Score: Math.Abs(old[c.At]) * c.Norm, Kept: kept[c.At]));
            double least = scores.Where(s => s.Kept).Min(s => s.Score), most = scores.Where(s => !s.Kept).Max(s => s.Score);
            Assert.True(most <= least * (1 + 1e-5), $"row {row}: {most} was pruned, {least} kept");
        }
    }

    [Fact]
    public void SparseGpt_makes_up_for_what_it_prunes()
    {
        const int rows = 30, columns = 24;
        var source = new CaseSource(9);
        float[] weights = source.Floats(rows * columns), mix = source.Floats(columns * columns);
        double[] gram = new double[columns * columns];
        // Correlated inputs: what one has, others have in part.
        for (int n = 0; n < 200; n++)
        {
            float[] z = source.Floats(columns);
            double[] x = [.. Enumerable.Range(0, columns)
                .Select(j => z[j] + (Enumerable.Range(0, columns).Sum(k => mix[(j * columns) + k] * z[k]) / Math.Sqrt(columns)))];
            for (int i = 0; i < gram.Length; i++) gram[i] += x[i / columns] * x[i % columns];
        }

        float[] adjusted = [.. weights];
        bool[] keep = new bool[weights.Length];
        Array.Fill(keep, true);
        LeastSquares.Prune(adjusted, [.. gram], rows, columns, weights.Length / 2, keep);

        Assert.Equal(weights.Length / 2, keep.Count(k => k));
        float[] sorted = [.. weights.Select(Math.Abs).Order()];
        double masked = Loss([.. weights.Select((w, i) => keep[i] ? w : 0)]);
        double magnitude = Loss([.. weights.Select(w => Math.Abs(w) >= sorted[sorted.Length / 2] ? w : 0)]);
        double made = Loss(adjusted);
        Assert.True(made < 0.9 * masked && made < magnitude, $"{made}, its mask alone {masked}, magnitude {magnitude}");

        // The squared distance of the outputs over all inputs.
        double Loss(float[] pruned)
        {
            double loss = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] d = [.. Enumerable.Range(row * columns, columns).Select(i => (double)pruned[i] - weights[i])];
                for (int i = 0; i < gram.Length; i++) loss += d[i / columns] * gram[i] * d[i % columns];
            }

            return loss;
        }
    }

    [Fact]
    public void The_scope_alone_is_pruned()
    {
        var pruned = Prune(new OneShotOptions { Sparsity = 0.5, Scope = PruningScope.Mlp });

        Assert.All(
            pruned.Names.Where(n => n.StartsWith(CheckpointKeys.Mask, StringComparison.Ordinal)),
            name => Assert.Contains(".mlp.fc", name));
        Assert.Equal(Values(Stored().File, "blocks.1.attn.qkv.weight"), Values(pruned, "blocks.1.attn.qkv.weight"));
    }

    private Checkpoint Prune(OneShotOptions options)
    {
        using var device = new CpuDevice(1);
        return new OneShotPruner(options).Prune(Stored(), device, Images(), CancellationToken.None);
    }

    private StoredModel Stored()
    {
        Vit.Save(_folder.File("m.safetensors"));
        return StoredModel.Open(
            _folder.File("m.safetensors"),
            new ModelHints { Heads = Vit.Heads, ImageSize = (Vit.Height, Vit.Width), Normalization = Normalization.Half });
    }

    private static ImageDataset Images()
    {
        var source = new CaseSource(5);
        int bytes = 3 * Vit.Height * Vit.Width;
        byte[] pixels = [.. source.Ints(40 * bytes, 0, 255).Select(v => (byte)v)];
        ushort[] labels = [.. Enumerable.Range(0, 40).Select(i => (ushort)(i % Vit.Classes))];
        string[] classes = [.. Enumerable.Range(0, Vit.Classes).Select(i => $"{i}")];
        float[] half = [0.5f, 0.5f, 0.5f];
        return new ImageDataset("noise", 3, Vit.Height, Vit.Width, classes, pixels, labels).Normalized(half, half);
    }

    /// <summary>Norm over all tokens of all images of every input channel of the first qkv.</summary>
    private double[] InputNorms()
    {
        using var device = new CpuDevice(1);
        using var model = Stored().Create(device);
        using var calibration = new Calibration(device, Images());
        double[] gram = calibration.Grams(model, model.Blocks[0], CancellationToken.None)[0];
        return [.. Enumerable.Range(0, Vit.Dim).Select(j => Math.Sqrt(gram[(j * Vit.Dim) + j]))];
    }

    private static IEnumerable<(string Name, float[] Weights)> Matrices(Checkpoint model) =>
        model.Names.Where(n => n.StartsWith(CheckpointKeys.Mask, StringComparison.Ordinal))
            .Select(n => n[CheckpointKeys.Mask.Length..]).Select(n => (n, Values(model, n)));

    private static float[] Values(Checkpoint model, string name)
    {
        model.TryGet(name, out var tensor);
        return model.Floats(name, [.. tensor!.Shape]).ToArray();
    }

    private static bool[] Kept(Checkpoint model, string name, int count)
    {
        ulong[] words = model.Mask(name, count);
        return [.. Enumerable.Range(0, count).Select(i => ((words[i / 64] >> (i % 64)) & 1) == 1)];
    }
}
