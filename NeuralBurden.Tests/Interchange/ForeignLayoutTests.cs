using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>Generated ViTs of every difference and layout against logits computed from timm's definition in double.</summary>
public sealed class ForeignLayoutTests : IDisposable
{
    private static readonly Dictionary<string, TimmVit> Variants = new()
    {
        ["plain"] = new(),
        ["no class token, fc_norm"] = new() { ClassToken = false, FcNorm = true },
        ["no class token, norm before the mean"] = new() { ClassToken = false },
        ["class token left out of the mean"] = new() { FcNorm = true },
        ["registers"] = new() { Registers = 4, PositionsOfPatchesOnly = true },
        ["registers with positions"] = new() { Registers = 2 },
        ["registers and no class token"] = new()
        {
            Registers = 3,
            ClassToken = false,
            FcNorm = true,
            PositionsOfPatchesOnly = true,
        },
        ["deit3"] = new() { PositionsOfPatchesOnly = true, LayerScale = true },
        ["layer scale"] = new() { LayerScale = true, Depth = 3 },
        ["distilled"] = new() { Distilled = true },
        ["no qkv bias"] = new() { QkvBias = false },
        ["clip"] = new() { PreNorm = true },
        ["wide"] = new() { Rows = 2, Columns = 4 },
        ["grey and tall"] = new() { Channels = 1, Rows = 5, Columns = 1, Heads = 1, Classes = 2 },
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Variants.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_difference_of_timm_models_is_read_from_the_tensors(string name)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            var vit = Variants[name] with { Seed = seed };
            vit.Save(_folder.File("model.pt.safetensors"));

            AssertLogits(vit, StoredModel.Open(_folder.File("model.pt.safetensors"), Hints(vit)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_file_of_this_program_keeps_the_difference(string name)
    {
        var vit = Variants[name];
        vit.Save(_folder.File("a.safetensors"));
        StoredModel.Open(_folder.File("a.safetensors"), Hints(vit)).File.Save(_folder.File("b.safetensors"));

        var again = StoredModel.Open(_folder.File("b.safetensors"));

        Assert.Equal("NeuralBurden", again.Layout);
        AssertLogits(vit, again);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("module.model.")]
    [InlineData("_orig_mod.")]
    public void A_wrapper_s_prefix_is_taken_away(string prefix)
    {
        var vit = new TimmVit();
        Write(vit, n => prefix + n);

        AssertLogits(vit, StoredModel.Open(_folder.File("m.safetensors"), Hints(vit)));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("distilled")]
    public void HuggingFace_names_with_separate_query_key_and_value_are_read(string name)
    {
        var vit = Variants[name] with { Epsilon = 1e-12 };
        string root = vit.Distilled ? "deit." : "vit.";
        Write(vit, n => n switch
        {
            "cls_token" => root + "embeddings.cls_token",
            "dist_token" => root + "embeddings.distillation_token",
            "pos_embed" => root + "embeddings.position_embeddings",
            _ when n.StartsWith("patch_embed.", StringComparison.Ordinal) =>
                n.Replace("patch_embed.proj", root + "embeddings.patch_embeddings.projection"),
            _ when n.StartsWith("head_dist", StringComparison.Ordinal) => n.Replace("head_dist", "distillation_classifier"),
            _ when n.StartsWith("head", StringComparison.Ordinal) =>
                n.Replace("head", vit.Distilled ? "cls_classifier" : "classifier"),
            _ when n.StartsWith("norm", StringComparison.Ordinal) => n.Replace("norm", root + "layernorm"),
            _ => root + n.Replace("blocks.", "encoder.layer.").Replace("norm1", "layernorm_before")
                .Replace("norm2", "layernorm_after").Replace("attn.proj", "attention.output.dense")
                .Replace("mlp.fc1", "intermediate.dense").Replace("mlp.fc2", "output.dense")
                .Replace("attn.qkv", "attention.attention.{0}"),
        });

        var model = StoredModel.Open(_folder.File("m.safetensors"), Hints(vit));

        Assert.Equal("HuggingFace ViT", model.Layout);
        AssertLogits(vit, model);
    }

    [Fact]
    public void Torchvision_names_are_read()
    {
        var vit = new TimmVit();
        Write(vit, n => n switch
        {
            "cls_token" => "class_token",
            "pos_embed" => "encoder.pos_embedding",
            _ when n.StartsWith("patch_embed", StringComparison.Ordinal) => n.Replace("patch_embed.proj", "conv_proj"),
            _ when n.StartsWith("head", StringComparison.Ordinal) => "heads." + n,
            _ when n.StartsWith("norm", StringComparison.Ordinal) => n.Replace("norm", "encoder.ln"),
            _ => n.Replace("blocks.", "encoder.layers.encoder_layer_").Replace("norm", "ln_")
                .Replace("attn.qkv.", "self_attention.in_proj_")
                .Replace("attn.proj", "self_attention.out_proj").Replace("mlp.fc1", "mlp.0").Replace("mlp.fc2", "mlp.3"),
        });

        AssertLogits(vit, StoredModel.Open(_folder.File("m.safetensors"), Hints(vit)));
    }

    [Theory]
    [InlineData("blocks.0.attn.q_norm.weight", "qk_norm")]
    [InlineData("blocks.1.mlp.w12.weight", "SwiGLU")]
    [InlineData("attn_pool.latent", "pools by attention")]
    [InlineData("blocks.0.attn.rel_pos_h", "relative positions")]
    [InlineData("something.else", "unknown to the model")]
    public void What_is_not_supported_is_refused_by_its_name(string tensor, string reason)
    {
        var tensors = new TimmVit().Tensors().Select(t => NamedTensor.Of(t.Key, t.Value.Shape, t.Value.Values));
        SafetensorsWriter.Write(_folder.File("m.safetensors"), [.. tensors, NamedTensor.Of(tensor, [4], new float[4])]);

        var error = Assert.Throws<CheckpointFormatException>(
            () => StoredModel.Open(_folder.File("m.safetensors"), new ModelHints { Heads = 3 }));

        Assert.Equal(tensor, error.Field);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void What_a_file_cannot_tell_is_asked_for_by_the_option_that_says_it()
    {
        new TimmVit { Rows = 2, Columns = 4 }.Save(_folder.File("m.safetensors"));

        var heads = Assert.Throws<CheckpointFormatException>(() => StoredModel.Open(_folder.File("m.safetensors")));
        var grid = Assert.Throws<CheckpointFormatException>(
            () => StoredModel.Open(_folder.File("m.safetensors"), new ModelHints { Heads = 3 }));

        Assert.Contains("--heads N", heads.Message);
        Assert.Contains("--size HEIGHTxWIDTH", grid.Message);
    }

    [Fact]
    public void Heads_of_published_widths_are_those_of_published_models()
    {
        new TimmVit { Dim = 192, Hidden = 8, Depth = 1, Heads = 3 }.Save(_folder.File("m.safetensors"));

        var model = StoredModel.Open(_folder.File("m.safetensors"));

        Assert.Equal((3, true), (model.Shape.Heads, model.HeadsAssumed));
    }

    private static ModelHints Hints(TimmVit vit) => new() { Heads = vit.Heads, Images = (vit.Height, vit.Width) };

    private static void AssertLogits(TimmVit vit, StoredModel stored)
    {
        float[] image = new CaseSource(7).Floats(vit.Channels * vit.Height * vit.Width);
        using var device = new CpuDevice(1);
        using var model = stored.Create(device);
        var images = device.AllocateTensor(new Shape(1, vit.Channels, vit.Height, vit.Width), "image");
        device.Upload(image, images);
        float[] found = new float[vit.Classes];
        device.Download(model.Forward(images, ModelPass.Logits), found);
        images.Buffer.Dispose();
        double[] expected = vit.Logits(image);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 1e-4);
    }

    // A name with {0} stands for query, key and value apart.
    private void Write(TimmVit vit, Func<string, string> rename)
    {
        var tensors = new List<NamedTensor>();
        foreach (var (name, (shape, values)) in vit.Tensors())
        {
            string target = rename(name);
            if (!target.Contains("{0}", StringComparison.Ordinal))
            {
                tensors.Add(NamedTensor.Of(target, shape, values));
                continue;
            }

            string[] parts = ["query", "key", "value"];
            int length = values.Length / 3;
            for (int i = 0; i < 3; i++)
            {
                float[] part = values[(i * length)..((i + 1) * length)];
                tensors.Add(NamedTensor.Of(target.Replace("{0}", parts[i]), [shape[0] / 3, .. shape[1..]], part));
            }

        }

        SafetensorsWriter.Write(_folder.File("m.safetensors"), tensors);
    }
}
