using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>Small files that timm, PyTorch, transformers and the ToMe authors' patch wrote, against their logits.</summary>
public class StoredModelTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "NeuralBurden.Tests", "Interchange", "Checkpoints");

    [Theory]
    [InlineData("plain.safetensors", "timm")]
    [InlineData("plain-f16.safetensors", "timm")]
    [InlineData("plain-bf16.safetensors", "timm")]
    [InlineData("plain-deit.pth", "timm")]
    [InlineData("mean-pool-class-token.safetensors", "timm")]
    [InlineData("registers.safetensors", "timm")]
    [InlineData("distilled.safetensors", "timm")]
    [InlineData("wide.safetensors", "timm")]
    [InlineData("huggingface", "HuggingFace ViT")]
    public void A_model_of_another_library_gives_that_library_s_logits(string file, string layout)
    {
        var model = Open(file);

        Assert.Equal(layout, model.Layout);
        AssertLogits(Path.GetFileNameWithoutExtension(file), model, null);
    }

    [Theory]
    [InlineData("tome-4-0", 4, 0)]
    [InlineData("tome-0-4", 0, 4)]
    [InlineData("tome-3-3", 3, 3)]
    public void Merging_in_every_block_gives_the_logits_of_ToMe(string name, int first, int second)
    {
        var plan = first == second
            ? MergePlan.Create(
                new TokensConfig { Merge = "tome", R = TokenQuantity.Count(first), Layer = 1 },
                Open("plain.safetensors").Shape,
                1,
                t => t / 2)
            : MergePlan.Single(2, first > 0 ? 1 : 2, first + second);

        var merging = new BipartiteMerging("tome", plan, MergeMetric.Keys, proportionalAttention: true);
        AssertLogits(name, Open("plain.safetensors"), merging);
    }

    [Fact]
    public void A_file_that_asks_for_code_is_refused_by_the_name_of_what_it_calls()
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Open("code.pth"));

        Assert.Matches(@"code\.pth: (posix|os|nt)\.system: is Python code", error.Message);
    }

    private static StoredModel Open(string file) => StoredModel.Open(Path.Combine(Folder, file), new ModelHints
    {
        Heads = 4,
        Images = file.StartsWith("wide", StringComparison.Ordinal) ? (16, 32) : (32, 32),
    });

    private static void AssertLogits(string name, StoredModel stored, TokenMerging? merging)
    {
        var (shape, pixels) = NpyReader.Read(Path.Combine(Folder, "input.npy"));
        string logits = name.StartsWith("plain", StringComparison.Ordinal) && !name.Contains('f') ? "plain" : name;
        float[] expected = NpyReader.Read(Path.Combine(Folder, logits + ".logits.npy")).Values;
        float[] input = Input(pixels, shape, stored.Shape);
        using var device = new CpuDevice(1);
        using var model = stored.Create(device, merging);
        var extents = stored.Shape;
        var images = device.AllocateTensor(new Shape(shape[0], extents.Channels, extents.Height, extents.Width), "images");
        device.Upload(input, images);
        float[] found = new float[expected.Length];
        device.Download(model.Forward(images, ModelPass.Logits), found);
        images.Buffer.Dispose();

        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 1e-4f);
    }

    // The upper half for a model of 16 x 32 pixels, the mean of the channels for one of a single channel.
    private static float[] Input(float[] pixels, int[] shape, VitShape model)
    {
        int plane = shape[2] * shape[3], kept = model.Height * model.Width;
        var input = new List<float>();
        for (int image = 0; image < shape[0]; image++)
        {
            var channels = Enumerable.Range(0, 3).Select(c => pixels.AsSpan(((image * 3) + c) * plane, kept).ToArray()).ToList();
            if (model.Channels == 3) input.AddRange(channels.SelectMany(c => c));
            else input.AddRange(Enumerable.Range(0, kept).Select(i => channels.Average(c => c[i])));
        }

        return [.. input];
    }
}
