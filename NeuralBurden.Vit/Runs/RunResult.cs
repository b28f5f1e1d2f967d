using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Judging;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// The outcome of a finished run, <c>result.json</c>. Accuracies and sparsities are shares in 0..1.
/// </summary>
public sealed record RunResult
{
    public required string Name { get; init; }

    public required string ConfigHash { get; init; }

    public required int Seed { get; init; }

    /// <summary>Device id, such as <c>cpu</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Whether matrix products rounded their factors to TF32.</summary>
    public bool Tf32 { get; init; }

    /// <summary>
    /// <c>train.precision</c>: what linear layers rounded the factors of their products to; absent, that is fp32, in results
    /// of before there was a choice.
    /// </summary>
    public string? Precision { get; init; }

    public required string Dataset { get; init; }

    /// <summary>What it was computed from; absent in results of version 0.1.0.</summary>
    public ContentFingerprint? Content { get; init; }

    public required string Method { get; init; }

    public required string Merge { get; init; }

    /// <summary>Tokens that the merge removes; 0 without merging.</summary>
    public int MergeR { get; init; }

    /// <summary>Epochs done.</summary>
    public required int Epochs { get; init; }

    /// <summary>Whether early stopping ended the training before its last epoch.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>Parameters of the dense model.</summary>
    public required long Params { get; init; }

    /// <summary>Parameters whose effective value is not zero by a mask.</summary>
    public required long ParamsKept { get; init; }

    /// <summary>The sparsity asked for; 0 for the dense method.</summary>
    public double TargetSparsity { get; init; }

    /// <summary>Share of zeros among the effective weights of the prunable matrices.</summary>
    public required double Sparsity { get; init; }

    public required double TestAccuracy { get; init; }

    /// <summary>Cross-entropy on the test set in nats, without smoothing.</summary>
    public required double TestLoss { get; init; }

    /// <summary>How the model classifies the test images; absent in older results, and where logits are not finite.</summary>
    public ClassificationFigures? Classification { get; init; }

    /// <summary>Of the moving average of the weights, <c>optim.ema</c>; absent without one.</summary>
    public double? EmaTestAccuracy { get; init; }

    public double? EmaTestLoss { get; init; }

    /// <summary>On the held-out training images, <c>train.validation</c>; absent without them.</summary>
    public double? ValidationAccuracy { get; init; }

    public double? ValidationLoss { get; init; }

    /// <summary>Mean loss of the last epoch, as trained.</summary>
    public double TrainLoss { get; init; }

    /// <summary>Measured training speed, without evaluation and measurement.</summary>
    public required double TrainImagesPerSecond { get; init; }

    public required double EvalImagesPerSecond { get; init; }

    /// <summary>
    /// Multiply-adds of one image's forward pass, attention and merging included, if every masked weight were
    /// skipped.
    /// </summary>
    public required long MacsPerImageTheoretical { get; init; }

    /// <summary>Multiply-adds of one image's forward pass as executed.</summary>
    public required long MacsPerImageExecuted { get; init; }

    /// <summary>
    /// Bytes of the model file, which is what one ships: effective weights, sparse where that is smaller, and masks. Results
    /// from before format 2 count the hidden weights, which the file held then.
    /// </summary>
    public required long StoredBytes { get; init; }

    /// <summary>Burden B at the end, mean over layers; absent when it was not measured.</summary>
    public double? Burden { get; init; }

    /// <summary>Accuracy with the most burdened units silenced; absent unless <c>burden.silencing</c>.</summary>
    public SilencingRecord? Silencing { get; init; }

    /// <summary>Mean over all mask updates of |M_t xor M_(t-1)| / |M_t|; absent without any.</summary>
    public double? FlipRate { get; init; }

    /// <summary>Mask updates of the whole training.</summary>
    public long? MaskUpdates { get; init; }

    /// <summary>Share of prunable entries that were off at some time and are on at the end.</summary>
    public double? ReturnRate { get; init; }

    /// <summary>Share of prunable entries that were on at some time (arXiv 2102.02887).</summary>
    public double? InTimeRate { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>
    /// Whether dense kernels multiplied masked weights as zeros in the last step, so that the theoretical saving is not
    /// a measured one. <see cref="Kernels"/> says where.
    /// </summary>
    public required bool Simulated { get; init; }

    public IReadOnlyList<MatrixSparsity> Matrices { get; init => field = value ?? []; } = [];

    /// <summary>What computed the products of each matrix under pruning; empty in a dense run.</summary>
    public IReadOnlyList<LayerKernels> Kernels { get; init => field = value ?? []; } = [];

    /// <summary>Tokens per image at the MLP of each block.</summary>
    public IReadOnlyList<int> TokensPerLayer { get; init => field = value ?? []; } = [];
}
