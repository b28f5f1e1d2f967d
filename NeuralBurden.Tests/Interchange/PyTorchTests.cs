using System.Globalization;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>An independent ViT in PyTorch reads our model and agrees with it.</summary>
[Collection(AloneCollection.Name)]
public sealed class PyTorchTests : IDisposable
{
    // Pixels in 0..1 as raw float32 on standard input's file; prints the largest distance from our logits.
    private const string Reference = """

        import torch
        from torch.nn.functional import conv2d, gelu, layer_norm, linear
        meta, w = load(sys.argv[1])
        w = {k: torch.tensor(v).reshape(s) for k, (v, s) in w.items()}
        size, patch, dim, heads, depth = (int(meta["model." + k]) for k in
            ("image_size", "patch_size", "dim", "heads", "depth"))
        # A shrunk model has fewer heads in some blocks; their width stays dim / heads.
        left = [int(h) for h in meta.get("model.block_heads", ",".join([str(heads)] * depth)).split(",")]
        channels, classes = int(meta["model.channels"]), int(meta["model.classes"])
        floats = lambda path: torch.frombuffer(bytearray(open(path, "rb").read()), dtype=torch.float32)
        x = floats(sys.argv[2]).reshape(-1, channels, size, size)
        mean, std = (torch.tensor([float(t) for t in meta["model." + k].split(",")]).view(1, -1, 1, 1)
            for k in ("mean", "std"))
        x = (x - mean) / std
        x = conv2d(x, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=patch).flatten(2).transpose(1, 2)
        x = torch.cat([w["cls_token"].expand(len(x), -1, -1), x], 1) + w["pos_embed"]
        dense = lambda name, t: linear(t, w[name + ".weight"], w[name + ".bias"])
        norm = lambda name, t: layer_norm(t, (dim,), w[name + ".weight"], w[name + ".bias"], 1e-6)
        for i in range(depth):
            b = "blocks.%d." % i
            n, t, _ = x.shape
            q, k, v = dense(b + "attn.qkv", norm(b + "norm1", x)).reshape(n, t, 3, left[i], -1).permute(2, 0, 3, 1, 4)
            a = ((q @ k.transpose(-2, -1)) * (dim // heads) ** -0.5).softmax(-1)
            x = x + dense(b + "attn.proj", (a @ v).transpose(1, 2).reshape(n, t, -1))
            x = x + dense(b + "mlp.fc2", gelu(dense(b + "mlp.fc1", norm(b + "norm2", x))))
        logits = dense("head", norm("norm", x)[:, 0])
        print((logits - floats(sys.argv[3]).reshape(-1, classes)).abs().max().item(), logits.abs().max().item())
        """;

    private readonly TrainingRuns _runs = new();

    [SkippableTheory]
    [InlineData("pdwp")]
    [InlineData("heads")]
    public void Logits_of_our_model_in_PyTorch_agree_to_1e_4(string method)
    {
        string? why = PythonPrograms.WhyNoTorch();
        Skip.If(why is not null, why);
        var config = TrainingRuns.Small with
        {
            Pruning = new PruningConfig { Method = method, Sparsity = 0.5, UpdateEvery = Duration.Steps(4) },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var (_, folder) = _runs.Run(config);
        string checkpoint = folder.CheckpointPath;
        if (method != "pdwp") checkpoint = Shrunk(checkpoint);
        string logits = Path.Combine(folder.Path, "logits.npy"), script = Path.Combine(folder.Path, "check.py");
        var log = new StringWriter();
        int code = NbProgram.Run(
            ["eval", checkpoint, "--logits", logits, "--threads", "1"],
            Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(code == 0, log.ToString());
        var drawn = new DataOptions { TrainCount = 640, TestCount = 200, Seed = (ulong)config.Data.Seed };
        var test = DatasetCatalog.Load("glyphs", drawn).Test;
        float[] pixels = [.. test.AllPixels().Select(p => p / 255f)];
        string input = Raw(folder.Path, "pixels.raw", pixels);
        string ours = Raw(folder.Path, "logits.raw", NpyReader.Read(logits).Values);
        File.WriteAllText(script, PythonPrograms.Snippet() + Reference);

        var run = PythonPrograms.Run(PythonPrograms.Python, script, checkpoint, input, ours);

        Assert.True(run.Code == 0, run.Text);
        double[] figures = [.. run.Text.Trim().Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        Assert.True(figures[0] < 1e-4, $"largest distance {figures[0]} of logits up to {figures[1]}");
        Assert.True(figures[1] > 0.1, "logits that say nothing");
    }

    public void Dispose() => _runs.Dispose();

    private static string Shrunk(string checkpoint)
    {
        var log = new StringWriter();
        string small = checkpoint + "-small";
        int code = NbProgram.Run(
            ["shrink", checkpoint, "-o", small], Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(code == 0, log.ToString());
        return small;
    }

    private static string Raw(string folder, string name, ReadOnlySpan<float> values)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
        return path;
    }
}
