using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// How a <see cref="WorkloadModel"/> is trained when its speed is measured, by AdamW. Images and labels are
/// noise: no time depends on their values.
/// </summary>
public static class WorkloadConfig
{
    /// <summary>
    /// Most steps between mask updates of the methods that update them: often enough to be seen in a short measurement.
    /// A method whose default is shorter keeps it.
    /// </summary>
    public const int UpdateEvery = 4;

    private const int Channels = 3;
    private const int Classes = 10;
    private const int Batches = 4;

    // Training never comes near its end: the learning rate and the masks stay in their steady state.
    private const int Epochs = 1_000_000;

    public static RunConfig Of(WorkloadCase workload, WorkloadModel model) => new()
    {
        Name = workload.Name,
        Model = new ModelConfig
        {
            Dim = model.Dim,
            Depth = model.Depth,
            Heads = model.Heads,
            MlpRatio = WorkloadModel.MlpRatio,
            Patch = model.Patch,
        },
        Tokens = new TokensConfig
        {
            Merge = workload.Merges ? TokensConfig.SinglePass : TokensConfig.None,
            R = TokenQuantity.Count(model.MergedTokens),
            Layer = 1,
        },
        Pruning = new PruningConfig
        {
            Method = workload.Method,
            Sparsity = workload.Sparsity,
            Parameters = workload.Parameters,
            Start = Duration.Steps(0),
            End = Duration.Steps(0),
            Stop = workload.MovesMasks ? Duration.Percent(100) : Duration.Steps(0),
            UpdateEvery = Duration.Steps(Math.Min(UpdateEvery, workload.UpdateEvery)),
            Distribution = SparsityDistribution.Uniform,
        },
        Optim = new OptimConfig { ClipNorm = 0 },
        Train = new TrainConfig { Epochs = Epochs, BatchSize = model.Batch },
    };

    /// <summary>A few batches of noise.</summary>
    public static ImageDataset Images(WorkloadModel model)
    {
        int count = Batches * model.Batch, side = model.Image;
        byte[] pixels = new byte[(long)count * Channels * side * side];
        new Random(1).NextBytes(pixels);
        ushort[] labels = new ushort[count];
        for (int i = 0; i < count; i++) labels[i] = (ushort)Philox.Below(Classes, 1, 0, 0, (ulong)i);
        string[] names = [.. Enumerable.Range(0, Classes).Select(i => $"class {i}")];
        return new ImageDataset("noise", Channels, side, side, names, pixels, labels);
    }
}
