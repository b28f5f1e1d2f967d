using System.Collections.Immutable;

namespace NeuralBurden.Vit.Configuration;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Optim =>
    [
        new TypedConfigField<OptimizerKind>(
            "optim.optimizer",
            "The optimizer.",
            null,
            new ChoiceScalar<OptimizerKind>(
            ("adamw", OptimizerKind.AdamW),
            ("sgd", OptimizerKind.Sgd)),
            c => c.Optim.Optimizer,
            (c, v) => c with { Optim = c.Optim with { Optimizer = v } }),
        new TypedConfigField<double>(
            "optim.lr",
            "Learning rate at the end of the warm-up.",
            null,
            new NumberScalar(0, 10, open: true),
            c => c.Optim.Lr,
            (c, v) => c with { Optim = c.Optim with { Lr = v } }),
        new TypedConfigField<double>(
            "optim.weight_decay",
            "Decoupled weight decay of the matrices.",
            null,
            new NumberScalar(0, 10),
            c => c.Optim.WeightDecay,
            (c, v) => c with { Optim = c.Optim with { WeightDecay = v } }),
        new TypedConfigField<double>(
            "optim.beta1",
            "AdamW: decay of the first moment.",
            null,
            new NumberScalar(0, 0.999999),
            c => c.Optim.Beta1,
            (c, v) => c with { Optim = c.Optim with { Beta1 = v } }),
        new TypedConfigField<double>(
            "optim.beta2",
            "AdamW: decay of the second moment.",
            null,
            new NumberScalar(0, 0.999999),
            c => c.Optim.Beta2,
            (c, v) => c with { Optim = c.Optim with { Beta2 = v } }),
        new TypedConfigField<double>(
            "optim.eps",
            "AdamW: added to the root of the second moment.",
            null,
            new NumberScalar(0, 1, open: true),
            c => c.Optim.Eps,
            (c, v) => c with { Optim = c.Optim with { Eps = v } }),
        new TypedConfigField<double>(
            "optim.momentum",
            "SGD: momentum.",
            null,
            new NumberScalar(0, 0.999999),
            c => c.Optim.Momentum,
            (c, v) => c with { Optim = c.Optim with { Momentum = v } }),
        new TypedConfigField<Duration>(
            "optim.warmup",
            "Length of the linear rise of the learning rate from 0.",
            null,
            new DurationScalar(),
            c => c.Optim.Warmup,
            (c, v) => c with { Optim = c.Optim with { Warmup = v } }),
        new TypedConfigField<LearningRateSchedule>(
            "optim.schedule",
            "Learning rate after the warm-up.",
            null,
            new ChoiceScalar<LearningRateSchedule>(
            ("cosine", LearningRateSchedule.Cosine),
            ("constant", LearningRateSchedule.Constant)),
            c => c.Optim.Schedule,
            (c, v) => c with { Optim = c.Optim with { Schedule = v } }),
        new TypedConfigField<double>(
            "optim.min_lr",
            "Learning rate at the end of the cosine.",
            null,
            new NumberScalar(0, 10),
            c => c.Optim.MinLr,
            (c, v) => c with { Optim = c.Optim with { MinLr = v } }),
        new TypedConfigField<double>(
            "optim.clip_norm",
            "Largest global L2 norm of the gradient; 0 = no clipping.",
            null,
            new NumberScalar(0, 1e6),
            c => c.Optim.ClipNorm,
            (c, v) => c with { Optim = c.Optim with { ClipNorm = v } }),
    ];

    private static ImmutableArray<ConfigField> Augment =>
    [
        new TypedConfigField<int>(
            "augment.crop_padding",
            "Zero padding on each side before a random crop of the original size; 0 = off.",
            "pixels",
            new IntegerScalar(0, 64),
            c => c.Augment.CropPadding,
            (c, v) => c with { Augment = c.Augment with { CropPadding = v } }),
        new TypedConfigField<bool>(
            "augment.horizontal_flip",
            "Whether images are mirrored with probability 1/2.",
            null,
            new FlagScalar(),
            c => c.Augment.HorizontalFlip,
            (c, v) => c with { Augment = c.Augment with { HorizontalFlip = v } }),
    ];

    private static ImmutableArray<ConfigField> Train =>
    [
        new TypedConfigField<int>(
            "train.epochs",
            "Passes over the training images.",
            "epochs",
            new IntegerScalar(1, 100_000),
            c => c.Train.Epochs,
            (c, v) => c with { Train = c.Train with { Epochs = v } }),
        new TypedConfigField<int>(
            "train.batch_size",
            "Images per optimizer step.",
            "images",
            new IntegerScalar(1, 65_536),
            c => c.Train.BatchSize,
            (c, v) => c with { Train = c.Train with { BatchSize = v } }),
        new TypedConfigField<int>(
            "train.limit",
            "Use only the first N training images; 0 = all.",
            "images",
            new IntegerScalar(0, int.MaxValue),
            c => c.Train.Limit,
            (c, v) => c with { Train = c.Train with { Limit = v } }),
        new TypedConfigField<double>(
            "train.label_smoothing",
            "Share of the target spread over all classes.",
            null,
            new NumberScalar(0, 0.9),
            c => c.Train.LabelSmoothing,
            (c, v) => c with { Train = c.Train with { LabelSmoothing = v } }),
        new TypedConfigField<int>(
            "train.eval_every",
            "Epochs between evaluations; the last epoch is always evaluated.",
            "epochs",
            new IntegerScalar(1, 100_000),
            c => c.Train.EvalEvery,
            (c, v) => c with { Train = c.Train with { EvalEvery = v } }),
        new TypedConfigField<bool>(
            "train.check",
            "Whether every step checks the invariants of masks and weights.",
            null,
            new FlagScalar(),
            c => c.Train.Check,
            (c, v) => c with { Train = c.Train with { Check = v } }),
        new TypedConfigField<Duration>(
            "train.checkpoint_every",
            "Training between checkpoints, from which a stopped run goes on.",
            null,
            new DurationScalar(),
            c => c.Train.CheckpointEvery,
            (c, v) => c with { Train = c.Train with { CheckpointEvery = v } }),
        new TypedConfigField<int>(
            "train.skip_nonfinite",
            "Steps with a non-finite gradient to leave out before training stops; 0 = stop at the first.",
            "steps",
            new IntegerScalar(0, 1_000_000),
            c => c.Train.SkipNonfinite,
            (c, v) => c with { Train = c.Train with { SkipNonfinite = v } }),
    ];

    private static ImmutableArray<ConfigField> Burden =>
    [
        new TypedConfigField<int>(
            "burden.probe_images",
            "Fixed training images that the burden is measured on; 0 = not measured.",
            "images",
            new IntegerScalar(0, 100_000),
            c => c.Burden.ProbeImages,
            (c, v) => c with { Burden = c.Burden with { ProbeImages = v } }),
        new TypedConfigField<int>(
            "burden.every",
            "Epochs between measurements; the last epoch is always measured.",
            "epochs",
            new IntegerScalar(1, 100_000),
            c => c.Burden.Every,
            (c, v) => c with { Burden = c.Burden with { Every = v } }),
    ];
}
