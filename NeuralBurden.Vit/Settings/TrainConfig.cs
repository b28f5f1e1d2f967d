namespace NeuralBurden.Vit.Settings;

/// <summary>Length and batch of the training.</summary>
public sealed record TrainConfig
{
    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 128;

    /// <summary>Use only the first N training images; 0 = all.</summary>
    public int Limit { get; init; }

    public double LabelSmoothing { get; init; }

    public TrainPrecision Precision { get; init; }

    /// <summary>A model to learn from besides the labels; <see cref="ModelConfig.None"/>: labels alone.</summary>
    public string Teacher { get; init; } = ModelConfig.None;

    /// <summary>Share of the teacher in the loss.</summary>
    public double TeacherWeight { get; init; } = 0.5;

    /// <summary>What both models' logits are divided by where they are compared.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Rate at which the last block's residual branches are left out; earlier blocks less, the first never.</summary>
    public double DropPath { get; init; }

    /// <summary>What is not trained: nothing, the embedding, it and so many blocks, or all but the head.</summary>
    public string Freeze { get; init; } = "none";

    /// <summary>Epochs between evaluations on the test set; the last epoch is always evaluated.</summary>
    public int EvalEvery { get; init; } = 1;

    /// <summary>
    /// Whether every step checks the invariants (masked weights zero, mask count exact, all finite).
    /// </summary>
    public bool Check { get; init; }

    /// <summary>
    /// Training between checkpoints; a stretch of an epoch or less adds one at the end of every epoch.
    /// </summary>
    public Duration CheckpointEvery { get; init; } = Duration.Epochs(1);

    /// <summary>
    /// Steps with a non-finite gradient that are left out before training stops for the next one.
    /// </summary>
    public int SkipNonfinite { get; init; }

    /// <summary>Equal parts of a batch whose gradients are added up one after the other.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Share of the training images held out, evenly spaced, and evaluated when the test set is, with early stopping after
    /// every epoch; 0 = none.
    /// </summary>
    public double Validation { get; init; }

    /// <summary>Images trained on, of a training set of so many: all that are not held out, at least one of each.</summary>
    public int TrainedOn(int images) =>
        Validation == 0 ? images : images - Math.Clamp((int)Math.Round(Validation * images), 1, images - 1);

    /// <summary>
    /// Epochs at the target sparsity without a better <see cref="EarlyStoppingMetric"/> after which training ends;
    /// 0 = never.
    /// </summary>
    public int EarlyStopping { get; init; }

    public EarlyStoppingMetric EarlyStoppingMetric { get; init; }
}
