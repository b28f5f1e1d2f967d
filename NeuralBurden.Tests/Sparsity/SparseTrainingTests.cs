using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Sparsity;

/// <summary>Whole runs with sparse kernels against the same runs with masked dense ones.</summary>
public sealed class SparseTrainingTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    [Fact]
    public void A_method_with_dense_gradients_trains_to_the_same_bits_with_sparse_kernels()
    {
        var (dense, denseFolder) = Run("dnw", SparseMode.Never);
        var (sparse, sparseFolder) = Run("dnw", SparseMode.Always);
        Assert.Equal(Weights(denseFolder), Weights(sparseFolder));
        Assert.Equal(dense.TestLoss, sparse.TestLoss);
        Assert.True(dense.Simulated);
        Assert.False(sparse.Simulated);
        Assert.All(
            sparse.Kernels,
            k => Assert.Equal(("sparse", "sparse", "dense"), (k.Forward, k.InputGradient, k.WeightGradient)));
        Assert.All(dense.Kernels, k => Assert.Equal(("dense", "dense", "dense"), (k.Forward, k.InputGradient, k.WeightGradient)));
        Assert.Equal(sparse.MacsPerImageTheoretical, sparse.MacsPerImageExecuted);
        Assert.True(dense.MacsPerImageExecuted > dense.MacsPerImageTheoretical);
    }

    [Theory]
    [InlineData("gmp")]
    [InlineData("set")]
    [InlineData("pdwp")] // once its masks are final
    public void A_method_with_masked_gradients_samples_them_and_learns_alike(string method)
    {
        var (dense, _) = Run(method, SparseMode.Never);
        var (sparse, _) = Run(method, SparseMode.Always);
        Assert.Equal(dense.TestLoss, sparse.TestLoss, 0.02);
        Assert.Equal(dense.Sparsity, sparse.Sparsity);
        Assert.All(sparse.Kernels, k => Assert.Equal("sparse", k.WeightGradient));
    }

    /// <summary>Kernels that run a whole MLP at once keep no hidden units; the steps that measure gates go without.</summary>
    [Fact]
    public void Gates_choose_the_same_units_with_sparse_kernels()
    {
        var (_, dense) = Run("mlp-units", SparseMode.Never, criterion: "gate");
        var (_, sparse) = Run("mlp-units", SparseMode.Always, criterion: "gate");
        Assert.Equal(Weights(dense).Select(w => w != 0), Weights(sparse).Select(w => w != 0));
        Assert.Contains(0, Weights(sparse));
    }

    [Fact]
    public void Rare_dense_gradients_leave_pruned_weights_alone_between_them()
    {
        var (every, everyFolder) = Run("pdwp", SparseMode.Always, gradientEvery: 1);
        var (rare, rareFolder) = Run("pdwp", SparseMode.Always, gradientEvery: 4);
        var (rareDense, rareDenseFolder) = Run("pdwp", SparseMode.Never, gradientEvery: 4);
        Assert.NotEqual(Weights(everyFolder), Weights(rareFolder));
        Assert.Equal(every.Sparsity, rare.Sparsity);
        Assert.Equal(rareDense.TestLoss, rare.TestLoss, 0.02);
        Assert.NotEmpty(Weights(rareDenseFolder));
    }

    [Fact]
    public void A_model_file_has_the_logits_of_its_dense_form_and_the_size_of_its_kept_weights()
    {
        var (result, folder) = Run("pdwp", SparseMode.Always);
        string path = folder.CheckpointPath, dense = Path.Combine(folder.Path, "dense.safetensors");
        ModelFile.Shipped(Checkpoint.Load(path), withMasks: false).Save(dense, dense: true);

        var model = Evaluate(dense, SparseMode.Never);
        foreach (var mode in Enum.GetValues<SparseMode>())
        {
            var compact = Evaluate(path, mode);
            Assert.Equal(model.Logits.ToArray(), compact.Logits.ToArray());
            Assert.Equal(result.TestAccuracy, compact.Accuracy, 12);
        }

        long kept = result.Matrices.Sum(m => m.Kept), count = result.Matrices.Sum(m => m.Count);
        long saved = (4 * (count - kept)) - (count / 8);
        using var reader = SafetensorsReader.Open(path);
        long bytes = reader.Names.Sum(n => reader.Get(n).ByteLength);
        long shapes = reader.Names.Where(n => n.StartsWith("shape.", StringComparison.Ordinal))
            .Sum(n => reader.Get(n).ByteLength);
        Assert.Equal((4 * result.Params) - saved, bytes - shapes);
        Assert.Equal(new FileInfo(path).Length, result.StoredBytes);
    }

    public void Dispose() => _runs.Dispose();

    private static RunConfig Config(string method, int gradientEvery, string? criterion = null) => TrainingRuns.Small with
    {
        Train = TrainingRuns.Small.Train with { Epochs = 3 },
        Burden = new BurdenConfig { ProbeImages = 0 },
        Pruning = new PruningConfig
        {
            Method = method,
            Sparsity = 0.8,
            UpdateEvery = Duration.Steps(4),
            DenseGradientEvery = gradientEvery,
            Parameters = criterion is null ? MethodParameters.Empty : MethodParameters.Empty.With("criterion", criterion),
        },
        Tokens = new TokensConfig { Merge = TokensConfig.SinglePass, R = TokenQuantity.Count(4) },
    };

    private (RunResult Result, RunFolder Folder) Run(
        string method, SparseMode mode, int gradientEvery = 1, string? criterion = null) =>
        _runs.Run(Config(method, gradientEvery, criterion), sparse: mode);

    private static EvaluationResult Evaluate(string path, SparseMode mode) => new RunEngine(MethodCatalog.BuiltIn).Evaluate(
        Config("pdwp", 1), path, new RunOptions { Threads = 1, Sparse = mode }, default);

    private static float[] Weights(RunFolder folder)
    {
        var checkpoint = Checkpoint.Load(folder.CheckpointPath);
        var all = new List<float>();
        foreach (string name in checkpoint.Names.Where(n =>
            n.EndsWith("weight", StringComparison.Ordinal) && !n.StartsWith("mask.", StringComparison.Ordinal)))
        {
            Assert.True(checkpoint.TryGet(name, out var tensor));
            all.AddRange(checkpoint.Floats(name, [.. tensor.Shape]));
        }

        return [.. all];
    }
}
