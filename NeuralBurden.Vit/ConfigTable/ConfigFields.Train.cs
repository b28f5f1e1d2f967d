using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
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
            "Training between checkpoints, from which a stopped run goes on; 0 = only where it is stopped, and at the end.",
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
        new TypedConfigField<int>(
            "train.accumulate",
            "Equal parts of a batch that are computed one after the other, for less memory; 1 = the whole at once.",
            "parts",
            new IntegerScalar(1, 65_536),
            c => c.Train.Accumulate,
            (c, v) => c with { Train = c.Train with { Accumulate = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "train.validation",
            "Share of the training images held out, evaluated when the test set is; with early stopping after every epoch.",
            null,
            new NumberScalar(0, 0.5, percent: true),
            c => c.Train.Validation,
            (c, v) => c with { Train = c.Train with { Validation = v } },
            hashedWhenSet: true),
        new TypedConfigField<int>(
            "train.early_stopping",
            "Epochs at the target sparsity without a better validation metric after which training ends; 0 = off.",
            "epochs",
            new IntegerScalar(0, 100_000),
            c => c.Train.EarlyStopping,
            (c, v) => c with { Train = c.Train with { EarlyStopping = v } },
            hashedWhenSet: true),
        new TypedConfigField<EarlyStoppingMetric>(
            "train.early_stopping_metric",
            "Which metric of the held-out images early stopping looks at.",
            null,
            new ChoiceScalar<EarlyStoppingMetric>(
            ("loss", EarlyStoppingMetric.Loss),
            ("accuracy", EarlyStoppingMetric.Accuracy)),
            c => c.Train.EarlyStoppingMetric,
            (c, v) => c with { Train = c.Train with { EarlyStoppingMetric = v } },
            hashedWhenSet: true),
        new TypedConfigField<string>(
            "train.teacher",
            "Model whose outputs are learned besides the labels (distillation), such as the dense one; none = labels alone.",
            null,
            new TextScalar(@"^none$|\.(safetensors|pth|pt|bin)$", "none, or a file of .safetensors, .pth, .pt or .bin"),
            c => c.Train.Teacher,
            (c, v) => c with { Train = c.Train with { Teacher = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "train.teacher_weight",
            "Share of the teacher in the loss.",
            null,
            new NumberScalar(0, 1),
            c => c.Train.TeacherWeight,
            (c, v) => c with { Train = c.Train with { TeacherWeight = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "train.temperature",
            "What logits are divided by where teacher and model are compared.",
            null,
            new NumberScalar(0, 100, open: true),
            c => c.Train.Temperature,
            (c, v) => c with { Train = c.Train with { Temperature = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "train.drop_path",
            "Rate at which training leaves the last block's residual branches out, image by image; linear from 0 over blocks.",
            null,
            new NumberScalar(0, 0.9),
            c => c.Train.DropPath,
            (c, v) => c with { Train = c.Train with { DropPath = v } },
            hashedWhenSet: true),
        new TypedConfigField<string>(
            "train.freeze",
            "What is not trained: none, embedding, a number of blocks with the embedding, or all-but-head.",
            null,
            new TextScalar(
                @"^(none|embedding|all-but-head|[1-9][0-9]{0,3})$", "none, embedding, a number of blocks or all-but-head"),
            c => c.Train.Freeze,
            (c, v) => c with { Train = c.Train with { Freeze = v } },
            hashedWhenSet: true),
    ];
}
