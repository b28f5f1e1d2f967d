using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Train =>
    [
        Section.Train.Field(
            "train.epochs", "Passes over the training images.",
            new IntegerScalar(1, 100_000), s => s.Epochs, (s, v) => s with { Epochs = v }, unit: "epochs"),
        Section.Train.Field(
            "train.batch_size", "Images per optimizer step.",
            new IntegerScalar(1, 65_536), s => s.BatchSize, (s, v) => s with { BatchSize = v }, unit: "images"),
        Section.Train.Field(
            "train.limit", "Use only the first N training images; 0 = all.",
            new IntegerScalar(0, int.MaxValue), s => s.Limit, (s, v) => s with { Limit = v }, unit: "images"),
        Section.Train.Field(
            "train.label_smoothing", "Share of the target spread over all classes.",
            new NumberScalar(0, 0.9), s => s.LabelSmoothing, (s, v) => s with { LabelSmoothing = v }),
        Section.Train.Field(
            "train.eval_every", "Epochs between evaluations; the last epoch is always evaluated.",
            new IntegerScalar(1, 100_000), s => s.EvalEvery, (s, v) => s with { EvalEvery = v }, unit: "epochs"),
        Section.Train.Field(
            "train.check", "Whether every step checks the invariants of masks and weights.",
            new FlagScalar(), s => s.Check, (s, v) => s with { Check = v }),
        Section.Train.Field(
            "train.checkpoint_every",
            "Training between checkpoints, from which a stopped run goes on; 0 = only where it is stopped, and at the end.",
            new DurationScalar(), s => s.CheckpointEvery, (s, v) => s with { CheckpointEvery = v }),
        Section.Train.Field(
            "train.skip_nonfinite", "Steps with a non-finite gradient to leave out before training stops; 0 = stop at the first.",
            new IntegerScalar(0, 1_000_000), s => s.SkipNonfinite, (s, v) => s with { SkipNonfinite = v }, unit: "steps"),
        Section.Train.Field(
            "train.accumulate",
            "Equal parts of a batch that are computed one after the other, for less memory; 1 = the whole at once.",
            new IntegerScalar(1, 65_536),
            s => s.Accumulate, (s, v) => s with { Accumulate = v }, unit: "parts", hashedWhenSet: true),
        Section.Train.Field(
            "train.validation",
            "Share of the training images held out, evaluated when the test set is; with early stopping after every epoch.",
            new NumberScalar(0, 0.5, percent: true), s => s.Validation, (s, v) => s with { Validation = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.early_stopping",
            "Epochs at the target sparsity without a better validation metric after which training ends; 0 = off.",
            new IntegerScalar(0, 100_000),
            s => s.EarlyStopping, (s, v) => s with { EarlyStopping = v }, unit: "epochs", hashedWhenSet: true),
        Section.Train.Field(
            "train.early_stopping_metric", "Which metric of the held-out images early stopping looks at.",
            new ChoiceScalar<EarlyStoppingMetric>(("loss", EarlyStoppingMetric.Loss), ("accuracy", EarlyStoppingMetric.Accuracy)),
            s => s.EarlyStoppingMetric, (s, v) => s with { EarlyStoppingMetric = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.teacher",
            "Model whose outputs are learned besides the labels (distillation), such as the dense one; none = labels alone.",
            new TextScalar(@"^none$|\.(safetensors|pth|pt|bin)$", "none, or a file of .safetensors, .pth, .pt or .bin"),
            s => s.Teacher, (s, v) => s with { Teacher = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.teacher_weight", "Share of the teacher in the loss.",
            new NumberScalar(0, 1), s => s.TeacherWeight, (s, v) => s with { TeacherWeight = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.temperature", "What logits are divided by where teacher and model are compared.",
            new NumberScalar(0, 100, open: true), s => s.Temperature, (s, v) => s with { Temperature = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.drop_path",
            "Rate at which training leaves the last block's residual branches out, image by image; linear from 0 over blocks.",
            new NumberScalar(0, 0.9), s => s.DropPath, (s, v) => s with { DropPath = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.freeze", "What is not trained: none, embedding, a number of blocks with the embedding, or all-but-head.",
            new TextScalar(
                @"^(none|embedding|all-but-head|[1-9][0-9]{0,3})$", "none, embedding, a number of blocks or all-but-head"),
            s => s.Freeze, (s, v) => s with { Freeze = v }, hashedWhenSet: true),
        Section.Train.Field(
            "train.precision",
            "What linear layers round the factors of their products to; sums and weights stay fp32. bf16: cuda and ilgpu-cpu.",
            new ChoiceScalar<TrainPrecision>(("fp32", TrainPrecision.Fp32), ("bf16", TrainPrecision.Bf16)),
            s => s.Precision, (s, v) => s with { Precision = v }, hashedWhenSet: true),
    ];
}
