using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.Measuring;

/// <summary>
/// The model that speed is measured on: images of 32 x 32 x 3, patches of 4 (65 tokens), 4 blocks, 4 heads, MLP ratio
/// 4, AdamW; width and batch are free. Images and labels are noise: no time depends on their values.
/// </summary>
public static class WorkloadConfig
{
    public const double Sparsity = 0.9;

    public const int MergedTokens = 32;

    /// <summary>
    /// Steps between mask updates of the methods that update them: often enough to be seen in a short measurement.
    /// </summary>
    public const int UpdateEvery = 4;

    private const int ImageSide = 32;
    private const int Channels = 3;
    private const int Classes = 10;
    private const int Batches = 4;

    // Training never comes near its end: the learning rate and the masks stay in their steady state.
    private const int Epochs = 1_000_000;

    public static RunConfig Of(WorkloadCase workload, int dim, int batch) => new()
    {
        Name = workload.Name,
        Model = new ModelConfig { Dim = dim, Depth = 4, Heads = 4, MlpRatio = 4, Patch = 4 },
        Tokens = new TokensConfig
        {
            Merge = workload.Merges ? TokensConfig.SinglePass : TokensConfig.None,
            R = TokenQuantity.Count(MergedTokens),
            Layer = 1,
        },
        Pruning = new PruningConfig
        {
            Method = workload.Method,
            Sparsity = Sparsity,
            Start = Duration.Steps(0),
            End = Duration.Steps(0),
            Stop = Duration.Percent(100),
            UpdateEvery = Duration.Steps(UpdateEvery),
            Distribution = SparsityDistribution.Uniform,
        },
        Optim = new OptimConfig { ClipNorm = 0 },
        Train = new TrainConfig { Epochs = Epochs, BatchSize = batch },
    };

    /// <summary>A few batches of noise.</summary>
    public static ImageDataset Images(int batch)
    {
        int count = Batches * batch;
        var pixels = new byte[count * Channels * ImageSide * ImageSide];
        new Random(1).NextBytes(pixels);
        var labels = new byte[count];
        for (int i = 0; i < count; i++) labels[i] = (byte)Philox.Below(Classes, 1, 0, 0, (ulong)i);
        string[] names = [.. Enumerable.Range(0, Classes).Select(i => $"class {i}")];
        return new ImageDataset("noise", Channels, ImageSide, ImageSide, names, pixels, labels);
    }
}
