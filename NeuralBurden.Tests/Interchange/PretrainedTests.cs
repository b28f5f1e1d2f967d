using System.Globalization;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>Weights under timm's names as the beginning of a training.</summary>
public sealed class PretrainedTests : IDisposable
{
    // Steps that move nothing: what is evaluated is what was loaded.
    private static readonly RunConfig Base = TrainingRuns.Small with
    {
        Data = TrainingRuns.Small.Data with { TrainCount = 128, TestCount = 100 },
        Optim = new OptimConfig { Lr = 1e-12, WeightDecay = 0 },
        Train = new TrainConfig { Epochs = 1, BatchSize = 64 },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private readonly TrainingRuns _runs = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-pretrained-").FullName;

    [Fact]
    public void A_model_of_plain_timm_tensors_goes_on_where_it_was()
    {
        var (trained, source) = _runs.Run(TrainingRuns.Small with { Data = Base.Data });
        string file = Foreign(Checkpoint.Load(source.CheckpointPath));

        var (result, _) = _runs.Run(From(file));
        var (random, _) = _runs.Run(Base);

        Assert.Equal(trained.TestLoss, result.TestLoss, 1e-4);
        Assert.NotEqual(random.TestLoss, result.TestLoss, 1e-2);
    }

    [Fact]
    public void Another_grid_and_another_head_are_taken_over_where_the_config_says_so()
    {
        // A DeiT in miniature: 1000 classes, a grid of 6 x 6, of this model's patches.
        string file = Foreign(Random(), ("pos_embed", [1, 37, 16]), ("head.weight", [1000, 16]), ("head.bias", [1000]));
        var config = From(file) with { Pruning = new PruningConfig { Method = "static-random", Sparsity = 0.5 } };

        var (result, folder) = _runs.Run(config with
        {
            Model = config.Model with { ResizePositions = true, ResetHead = true },
        });

        var start = Checkpoint.Load(file);
        var model = Checkpoint.Load(folder.CheckpointPath);
        Assert.Equal(start.Floats("blocks.1.mlp.fc1.bias", 32).ToArray(), model.Floats("blocks.1.mlp.fc1.bias", 32).ToArray());
        var (old, resized) = (start.Floats("pos_embed", 1, 37, 16).ToArray(), model.Floats("pos_embed", 1, 17, 16).ToArray());
        float[] expected = [.. old[..16], .. PositionResize.Bicubic(old.AsSpan(16), 6, 6, 4, 4, 16)];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], resized[i], 1e-6f);
        Assert.Equal(0.5, result.Sparsity, 0.001);
    }

    [Theory]
    [InlineData("pos_embed", new[] { 1, 37, 16 }, "model.resize_positions")]
    [InlineData("pos_embed", new[] { 1, 36, 16 }, "no square grid")]
    [InlineData("pos_embed", new[] { 1, 17, 24 }, "[1, 17, 16]")]
    [InlineData("head.weight", new[] { 1000, 16 }, "model.reset_head")]
    [InlineData("blocks.1.attn.qkv.weight", new[] { 48, 20 }, "[48, 16]")]
    [InlineData("patch_embed.proj.weight", new[] { 16, 3, 7, 7 }, "[16, 1, 7, 7]")]
    [InlineData("blocks.2.norm1.weight", new[] { 16 }, "unknown to the model")]
    public void A_tensor_that_does_not_fit_is_named_with_both_shapes(string name, int[] shape, string reason)
    {
        string file = Foreign(Random(), (name, shape));
        var config = From(file);
        if (reason == "no square grid") config = config with { Model = config.Model with { ResizePositions = true } };

        var error = Assert.Throws<CheckpointFormatException>(() => _runs.Run(config));

        Assert.Equal(name, error.Field);
        Assert.Contains(reason, error.Message);
        if (reason != "unknown to the model") Assert.Contains($"[{string.Join(", ", shape)}]", error.Message);
    }

    [Fact]
    public void A_missing_tensor_and_a_missing_file_are_named()
    {
        string file = Foreign(Random().Where(t => t.Name != "norm.bias"));

        Assert.Equal("norm.bias", Assert.Throws<CheckpointFormatException>(() => _runs.Run(From(file))).Field);
        Assert.Equal(
            "model.init_from",
            Assert.Throws<SettingException>(() => _runs.Run(From(Path.Combine(_folder, "none.safetensors")))).Key);
    }

    [Fact]
    public void A_run_that_goes_on_does_not_need_the_file_again()
    {
        string file = Foreign(Random());
        var config = From(file) with { Train = Base.Train with { Epochs = 2 } };
        var folder = _runs.Folder(config);
        var stop = new ProgressAction(p =>
        {
            if (p is { Step: 4, Phase: TrainingPhase.Training, Notice: null }) throw new InvalidProgramException();
        });
        Assert.Throws<InvalidProgramException>(() => TrainingRuns.Continue(folder, progress: stop));

        File.Delete(file);

        Assert.Equal(2, TrainingRuns.Continue(folder).Epochs);
    }

    [SkippableTheory]
    [InlineData(14, 14, 8, 8)]
    [InlineData(8, 8, 14, 14)]
    [InlineData(7, 5, 4, 9)]
    [InlineData(1, 3, 3, 1)]
    public void Positions_resize_as_in_PyTorch(int height, int width, int newHeight, int newWidth)
    {
        string? why = PythonPrograms.WhyNoTorch();
        Skip.If(why is not null, why);
        const int channels = 6;
        const string script = """
            import sys, torch
            h, w, nh, nw, c = (int(a) for a in sys.argv[3:])
            x, ours = (torch.frombuffer(bytearray(open(p, "rb").read()), dtype=torch.float32) for p in sys.argv[1:3])
            y = torch.nn.functional.interpolate(x.reshape(1, h, w, c).permute(0, 3, 1, 2), size=(nh, nw), mode="bicubic",
                align_corners=False, antialias=False).permute(0, 2, 3, 1).reshape(-1)
            print((y - ours).abs().max().item())
            """;
        float[] source = Values(height * width * channels, 8);
        float[] ours = PositionResize.Bicubic(source, height, width, newHeight, newWidth, channels);
        string[] files = [Raw("grid.raw", source), Raw("ours.raw", ours)];
        string program = Path.Combine(_folder, "resize.py");
        File.WriteAllText(program, script);

        int[] sizes = [height, width, newHeight, newWidth, channels];
        string[] arguments = [program, .. files, .. sizes.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        var run = PythonPrograms.Run(PythonPrograms.Python, arguments);

        Assert.True(run.Code == 0, run.Text);
        Assert.True(double.Parse(run.Text, CultureInfo.InvariantCulture) < 1e-5, run.Text);
    }

    public void Dispose()
    {
        _runs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static RunConfig From(string file) => Base with { Model = Base.Model with { InitFrom = file } };

    // The tensors of the small model: patch 7 on 28 x 28, width 16, two blocks.
    private static IEnumerable<NamedTensor> Random()
    {
        var shape = new VitShape(1, 28, 28, 7, 16, 2, 2, 32, 10, ClassToken: true);
        ulong seed = 0;
        return [.. ParameterTable.Of(shape).Select(p => NamedTensor.Of(p.Name, p.FileShape, Values((int)p.Shape.Count, seed++)))];
    }

    private static float[] Values(int count, ulong seed) =>
        [.. Enumerable.Range(0, count).Select(i => 0.1f * Philox.Normal(seed, 0, 0, (ulong)i))];

    private string Foreign(Checkpoint model)
    {
        var tensors = new List<NamedTensor>();
        foreach (string name in model.Names)
        {
            if (CheckpointKeys.PrefixOf(name).Length == 0 && model.TryGet(name, out var tensor)) tensors.Add(tensor);
        }

        return Foreign(tensors);
    }

    private string Foreign(IEnumerable<NamedTensor> tensors, params (string Name, int[] Shape)[] changes)
    {
        var changed = changes.Select(c => NamedTensor.Of(c.Name, c.Shape, Values(c.Shape.Aggregate((a, b) => a * b), 99)));
        var names = changes.Select(c => c.Name).ToHashSet();
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.safetensors");
        SafetensorsWriter.Write(path, [.. tensors.Where(t => !names.Contains(t.Name)), .. changed]);
        return path;
    }

    private string Raw(string name, ReadOnlySpan<float> values)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(values));
        return path;
    }
}
