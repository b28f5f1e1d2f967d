using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Inference;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Inference;

/// <summary>The C# API says what the model itself computes.</summary>
public sealed class PrunedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-inference-").FullName;

    public static TheoryData<string, double> Models
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (string merging in (string[])[TokensConfig.None, .. MergingCatalog.Names])
                foreach (double kept in (double[])[1, 0.1]) data.Add(merging, kept);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_are_those_of_the_network_on_normalised_pixels(string merging, double kept)
    {
        var tokens = new TokensConfig { Merge = merging, R = TokenQuantity.Count(2), Threshold = 0 };
        var stored = SavedModel.Of(SavedModel.Shape, kept, tokens);
        var image = SavedModel.Image(8, 12, 3, seed: 1);

        using var model = PrunedModel.Load(Saved(stored), new InferenceOptions { Threads = 1, Sparse = SparseMode.Always });
        var prediction = model.Predict(image);

        Assert.Equal(Expected(stored, tokens, image), prediction.Logits.Select(l => (double)l), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(prediction.Logits, model.Predict(image.Pixels).Logits);
    }

    [Fact]
    public void A_model_that_stopped_merging_in_training_does_not_merge()
    {
        var tokens = new TokensConfig { Merge = "tome", R = TokenQuantity.Count(2), Stop = Duration.Percent(50) };
        var image = SavedModel.Image(8, 12, 3, seed: 1);
        using var stopped = PrunedModel.Load(Saved(SavedModel.Of(SavedModel.Shape, tokens: tokens, epochs: 4)));
        using var plain = PrunedModel.Load(Saved(SavedModel.Of(SavedModel.Shape)));

        Assert.Equal(plain.Predict(image).Logits, stopped.Predict(image).Logits);
    }

    [Fact]
    public void Compact_files_sparse_kernels_threads_and_batches_change_no_bit()
    {
        var stored = SavedModel.Of(SavedModel.Shape, kept: 0.1);
        string file = Saved(stored), dense = Saved(stored, dense: true);
        RasterImage[] images = [.. Enumerable.Range(0, 7).Select(seed => SavedModel.Image(8, 12, 3, seed))];
        var expected = Logits(file, new InferenceOptions { Threads = 1, Sparse = SparseMode.Never, Batch = 1 });

        Assert.Equal(expected, Logits(file, new InferenceOptions { Threads = 2, Sparse = SparseMode.Always, Batch = 3 }));
        Assert.Equal(expected, Logits(file, new InferenceOptions { Threads = 1, Sparse = SparseMode.Always, Batch = 7 }));
        Assert.Equal(expected, Logits(dense, new InferenceOptions { Threads = 2, Sparse = SparseMode.Always, Batch = 32 }));

        IEnumerable<float> Logits(string path, InferenceOptions options)
        {
            using var model = PrunedModel.Load(path, options);
            return [.. model.Predict(images).SelectMany(p => p.Logits)];
        }
    }

    [Fact]
    public void Several_threads_may_ask_one_model_at_once()
    {
        using var model = PrunedModel.Load(
            Saved(SavedModel.Of(SavedModel.Shape, kept: 0.3)), new InferenceOptions { Threads = 2 });
        RasterImage[] images = [.. Enumerable.Range(0, 12).Select(seed => SavedModel.Image(8, 12, 3, seed))];
        var expected = model.Predict(images);

        Parallel.For(0, 120, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(expected[i % 12].Logits, model.Predict(images[i % 12]).Logits));
    }

    [Fact]
    public void A_disposed_model_has_freed_its_device_and_says_that_it_is_gone()
    {
        var model = PrunedModel.Load(
            Saved(SavedModel.Of(SavedModel.Shape, kept: 0.1)), new InferenceOptions { Sparse = SparseMode.Always });
        model.Predict(SavedModel.Image(8, 12, 3, seed: 1));

        // The device throws where a buffer is still alive.
        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Predict(SavedModel.Image(8, 12, 3, seed: 1)));
    }

    [Fact]
    public void The_most_probable_classes_come_first_with_their_names()
    {
        using var model = PrunedModel.Load(Saved(SavedModel.Of(SavedModel.Shape)));

        var prediction = model.Predict(SavedModel.Image(8, 12, 3, seed: 3));
        var top = prediction.Top(9);

        Assert.Equal(prediction.Logits.OrderDescending(), top.Select(score => prediction.Logits[score.Index]));
        Assert.Equal(top.Select(score => $"class {(char)('A' + score.Index)}"), top.Select(score => score.Name));
        Assert.Equal(1, top.Sum(score => score.Probability), 1e-9);
        Assert.Equal(top[0], prediction.Best);
        Assert.Equal(top.Take(2), prediction.Top(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.Top(0));
    }

    [Fact]
    public void Images_of_other_sizes_and_channels_are_fitted()
    {
        using var model = PrunedModel.Load(Saved(SavedModel.Of(SavedModel.Shape)));
        using var grey = PrunedModel.Load(Saved(SavedModel.Of(SavedModel.Shape with { Channels = 1 })));
        var level = SavedModel.Image(8, 12, 1, seed: 5);
        var same = new RasterImage(8, 12, 3, [.. level.Pixels.SelectMany(p => new[] { p, p, p })]);

        Assert.Equal(model.Predict(same).Logits, model.Predict(level).Logits);
        Assert.Equal(grey.Predict(level).Logits, grey.Predict(same).Logits, (a, b) => Math.Abs(a - b) < 1e-5);
        // A broader image loses its sides.
        Assert.Equal(model.Predict(same).Logits, model.Predict(WithSides(same, 6)).Logits);
        Assert.Equal(5, model.Predict(SavedModel.Image(100, 31, 3, 1)).Logits.Count);
        Assert.Contains("7 bytes; the model's images have 8 x 12 pixels of 3 channels",
            Assert.Throws<ArgumentException>(() => model.Predict(new byte[7])).Message);
    }

    [Fact]
    public void A_model_of_one_channel_sees_the_mean_of_three_normalised_ones()
    {
        var stored = SavedModel.Foreign(SavedModel.Shape with { Channels = 1, Height = 8 }, seed: 6);
        var colours = SavedModel.Image(8, 8, 3, seed: 9);
        float[] mean = [.. Normalization.ImageNet.Mean], std = [.. Normalization.ImageNet.Std];
        double[] seen = [.. Enumerable.Range(0, 64).Select(i => Enumerable.Range(0, 3)
            .Average(c => ((colours.Pixels[(i * 3) + c] / 255.0) - mean[c]) / std[c]))];
        using var model = PrunedModel.Load(
            Saved(stored), new InferenceOptions { Heads = 4, Normalization = Normalization.ImageNet });

        var prediction = model.Predict(colours);

        var shape = SavedModel.Shape with { Channels = 1, Height = 8 };
        Assert.Equal(
            Logits(stored, shape, merging: null, [.. seen.Select(v => (float)v)]),
            prediction.Logits.Select(l => (double)l), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void A_file_that_does_not_say_its_normalisation_needs_a_word_for_it()
    {
        string file = Saved(SavedModel.Foreign(SavedModel.Shape with { Height = 8 }, seed: 7));

        var refusal = Assert.Throws<SettingException>(() => PrunedModel.Load(file, new InferenceOptions { Heads = 4 }));
        using var model = PrunedModel.Load(file, new InferenceOptions { Heads = 4, Normalization = Normalization.Half });

        Assert.Contains("imagenet, half, or MEAN,STD", refusal.Message);
        var best = model.Predict(SavedModel.Image(8, 8, 3, 1)).Best;
        Assert.Equal($"{best.Index}", best.Name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Saved(Checkpoint file, bool dense = false)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.safetensors");
        file.Save(path, dense);
        return path;
    }

    // In double precision, from the pixels on.
    private static double[] Expected(Checkpoint stored, TokensConfig tokens, RasterImage image)
    {
        var (shape, card) = (SavedModel.Shape, ModelCard.Read(stored));
        float[] input = new float[image.Pixels.Length];
        int plane = image.Width * image.Height;
        for (int i = 0; i < input.Length; i++)
        {
            int c = i / plane;
            input[i] = ((image.Pixels[(i % plane * 3) + c] / 255f) - card.Mean[c]) / card.Std[c];
        }

        return Logits(stored, shape, MergingCatalog.Create(tokens, shape, (ulong)RunConfig.Default.Seed), input);
    }

    private static double[] Logits(Checkpoint stored, VitShape shape, TokenMerging? merging, float[] input)
    {
        using var device = new ReferenceDevice(rounding: false);
        using var model = new VisionTransformer(device, shape, merging);
        foreach (var parameter in model.Parameters.All)
            device.Upload(stored.Floats(parameter.Name, [.. parameter.FileShape]), parameter.Weights);
        var images = device.AllocateTensor(new Shape(1, shape.Channels, shape.Height, shape.Width), "images");
        device.Upload(input, images);
        double[] logits = new double[shape.Classes];
        device.DownloadDoubles(model.Forward(images, ModelPass.Evaluation), logits);
        images.Buffer.Dispose();
        return logits;
    }

    private static RasterImage WithSides(RasterImage image, int columns)
    {
        int width = image.Width + (2 * columns);
        byte[] pixels = new byte[width * image.Height * 3];
        for (int y = 0; y < image.Height; y++)
            image.Pixels.AsSpan(y * image.Width * 3, image.Width * 3).CopyTo(pixels.AsSpan(((y * width) + columns) * 3));
        return new RasterImage(width, image.Height, 3, pixels);
    }
}
