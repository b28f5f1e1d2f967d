using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Data;
using NeuralBurden.Vit.Data;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>Images that are not square, and positions of as many patches in another grid.</summary>
public sealed class GridTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, 32)]
    [InlineData(32, 8)]
    [InlineData(4, 12)]
    public void A_model_of_images_that_are_not_square_shrinks_to_equal_logits(int height, int width)
    {
        string model = Train($"w{height}", height, width, "pruning: {method: heads, sparsity: 50%}\ntrain.epochs: 3\n");
        string small = _folder["small.safetensors"];

        Assert.Equal(0, Nb("shrink", model, "-o", small));
        Assert.Equal(0, Nb("eval", model, "--logits", _folder["a.npy"], "--data-dir", _folder.Path));
        Assert.Equal(0, Nb("eval", small, "--logits", _folder["b.npy"], "--data-dir", _folder.Path));

        var (before, after) = (Formats.NpyReader.Read(_folder["a.npy"]).Values, Formats.NpyReader.Read(_folder["b.npy"]).Values);
        Assert.Equal(before.Length, after.Length);
        for (int i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 1e-4f);
    }

    [Fact]
    public void Positions_of_every_other_grid_of_as_many_patches_are_resized_or_refused()
    {
        (int Height, int Width)[] grids = [(16, 16), (8, 32), (32, 8), (4, 64)];
        var models = grids.ToDictionary(g => g, g => Train($"g{g.Height}", g.Height, g.Width, ""));
        foreach (var from in grids)
        {
            foreach (var to in grids)
            {
                string config = $"model.init_from: {models[from]}\n";
                string name = $"f{from.Height}t{to.Height}";
                if (from == to)
                {
                    Train(name, to.Height, to.Width, config);
                    continue;
                }

                _error.GetStringBuilder().Clear();
                Assert.Equal(1, Run(name, to.Height, to.Width, config));
                Assert.Contains($"{from.Height / 4} x {from.Width / 4}", _error.ToString());
                Train(name, to.Height, to.Width, config + "model.resize_positions: true\n");
            }
        }
    }

    private string Train(string name, int height, int width, string more)
    {
        Assert.True(Run(name, height, width, more) == 0, _error.ToString());
        return Assert.Single(Directory.GetFiles(_folder[name], "model.safetensors", SearchOption.AllDirectories));
    }

    private int Run(string name, int height, int width, string more)
    {
        string set = $"s{height}x{width}.nbset";
        if (!File.Exists(_folder[set]))
        {
            var random = new Random(height);
            var train = Images(40, null);
            PackedDataset.Write(_folder[set], new ImageDatasetPair(train, Images(20, train)), "none", "none");

            ImageDataset Images(int count, ImageDataset? normalizer)
            {
                byte[] pixels = new byte[count * height * width];
                ushort[] labels = new ushort[count];
                random.NextBytes(pixels);
                for (int i = 0; i < count; i++) labels[i] = (ushort)(i % 2);
                return new ImageDataset("s", 1, height, width, ["a", "b"], pixels, labels, normalizer);
            }
        }

        string epochs = more.Contains("train.epochs", StringComparison.Ordinal) ? "" : "train.epochs: 1\n";
        string config = $"name: {name}\ndata.name: {set}\nmodel: {{dim: 8, depth: 2, heads: 2, mlp_ratio: 1, patch: 4}}\n"
            + $"train.batch_size: 10\nburden.probe_images: 0\noptim.lr: 1e-12\n{epochs}{more}";
        File.WriteAllText(_folder[name + ".yaml"], config);
        return Nb("train", _folder[name + ".yaml"], "--out", _folder[name], "--data-dir", _folder.Path);
    }

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, NbProgram.Engine));
}
