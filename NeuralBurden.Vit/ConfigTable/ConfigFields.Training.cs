using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Optim =>
    [
        Section.Optim.Field(
            "optim.optimizer", "The optimizer.",
            new ChoiceScalar<OptimizerKind>(("adamw", OptimizerKind.AdamW), ("sgd", OptimizerKind.Sgd)),
            s => s.Optimizer, (s, v) => s with { Optimizer = v }),
        Section.Optim.Field(
            "optim.lr", "Learning rate at the end of the warm-up.",
            new NumberScalar(0, 10, open: true), s => s.Lr, (s, v) => s with { Lr = v }),
        Section.Optim.Field(
            "optim.weight_decay", "Decoupled weight decay of the matrices.",
            new NumberScalar(0, 10), s => s.WeightDecay, (s, v) => s with { WeightDecay = v }),
        Section.Optim.Field(
            "optim.beta1", "AdamW: decay of the first moment.",
            new NumberScalar(0, 0.999999), s => s.Beta1, (s, v) => s with { Beta1 = v }),
        Section.Optim.Field(
            "optim.beta2", "AdamW: decay of the second moment.",
            new NumberScalar(0, 0.999999), s => s.Beta2, (s, v) => s with { Beta2 = v }),
        Section.Optim.Field(
            "optim.eps", "AdamW: added to the root of the second moment.",
            new NumberScalar(0, 1, open: true), s => s.Eps, (s, v) => s with { Eps = v }),
        Section.Optim.Field(
            "optim.momentum", "SGD: momentum.",
            new NumberScalar(0, 0.999999), s => s.Momentum, (s, v) => s with { Momentum = v }),
        Section.Optim.Field(
            "optim.warmup", "Length of the linear rise of the learning rate from 0.",
            new DurationScalar(), s => s.Warmup, (s, v) => s with { Warmup = v }),
        Section.Optim.Field(
            "optim.schedule", "Learning rate after the warm-up.",
            new ChoiceScalar<LearningRateSchedule>(
                ("cosine", LearningRateSchedule.Cosine), ("constant", LearningRateSchedule.Constant)),
            s => s.Schedule, (s, v) => s with { Schedule = v }),
        Section.Optim.Field(
            "optim.min_lr", "Learning rate at the end of the cosine.",
            new NumberScalar(0, 10), s => s.MinLr, (s, v) => s with { MinLr = v }),
        Section.Optim.Field(
            "optim.layer_decay", "Learning rate of a layer over that of the layer above it, for fine-tuning; 1 = all alike.",
            new NumberScalar(0, 1, open: true), s => s.LayerDecay, (s, v) => s with { LayerDecay = v }, hashedWhenSet: true),
        Section.Optim.Field(
            "optim.clip_norm", "Largest L2 norm of all gradients but those of pruned weights; 0 = no clipping.",
            new NumberScalar(0, 1e6), s => s.ClipNorm, (s, v) => s with { ClipNorm = v }),
        Section.Optim.Field(
            "optim.ema", "Decay of a moving average of the weights, evaluated and stored beside them; 0 = off.",
            new NumberScalar(0, 0.999999), s => s.Ema, (s, v) => s with { Ema = v }, hashedWhenSet: true),
    ];

    private static ImmutableArray<ConfigField> Augment =>
    [
        Section.Augment.Field(
            "augment.crop_padding", "Zero padding on each side before a random crop of the original size; 0 = off.",
            new IntegerScalar(0, 64), s => s.CropPadding, (s, v) => s with { CropPadding = v }, unit: "pixels"),
        Section.Augment.Field(
            "augment.horizontal_flip", "Whether images are mirrored with probability 1/2.",
            new FlagScalar(), s => s.HorizontalFlip, (s, v) => s with { HorizontalFlip = v }),
        Section.Augment.Field(
            "augment.mixup", "Alpha of mixup; each pair of images takes a share from Beta(alpha, alpha); 0 = off.",
            new NumberScalar(0, 100), s => s.Mixup, (s, v) => s with { Mixup = v }, hashedWhenSet: true),
        Section.Augment.Field(
            "augment.cutmix", "Alpha of CutMix; with mixup each pair takes one of them by chance; 0 = off.",
            new NumberScalar(0, 100), s => s.Cutmix, (s, v) => s with { Cutmix = v }, hashedWhenSet: true),
        Section.Augment.Field(
            "augment.random_erasing", "Probability that a rectangle of an image is filled with the mean pixel; 0 = off.",
            new NumberScalar(0, 1), s => s.RandomErasing, (s, v) => s with { RandomErasing = v }, hashedWhenSet: true),
        Section.Augment.Field(
            "augment.rand_augment", "Operations of RandAugment on each image; 0 = off.",
            new IntegerScalar(0, 10),
            s => s.RandAugment, (s, v) => s with { RandAugment = v }, unit: "operations", hashedWhenSet: true),
        Section.Augment.Field(
            "augment.rand_augment_magnitude", "Magnitude M of RandAugment's operations.",
            new NumberScalar(0, 10),
            s => s.RandAugmentMagnitude, (s, v) => s with { RandAugmentMagnitude = v }, hashedWhenSet: true),
    ];

    private static ImmutableArray<ConfigField> Burden =>
    [
        Section.Burden.Field(
            "burden.probe_images", "Fixed training images that the burden is measured on; 0 = not measured.",
            new IntegerScalar(0, 100_000), s => s.ProbeImages, (s, v) => s with { ProbeImages = v }, unit: "images"),
        Section.Burden.Field(
            "burden.every", "Epochs between measurements; the last epoch is always measured.",
            new IntegerScalar(1, 100_000), s => s.Every, (s, v) => s with { Every = v }, unit: "epochs"),
        Section.Burden.Field(
            "burden.reference",
            "The network to compare with; auto takes the shadow where the method keeps one, else the checkpoint.",
            new ChoiceScalar<ReferenceChoice>(
                ("auto", ReferenceChoice.Auto), ("shadow", ReferenceChoice.Shadow), ("checkpoint", ReferenceChoice.Checkpoint),
                ("twin", ReferenceChoice.Twin), ("none", ReferenceChoice.None)),
            s => s.Reference, (s, v) => s with { Reference = v }),
        Section.Burden.Field(
            "burden.twin", "With burden.reference twin: the model.safetensors of another run.",
            new TextScalar(@"^[^\x00-\x1f]*$", "the path of a file"), s => s.Twin, (s, v) => s with { Twin = v }),
        Section.Burden.Field(
            "burden.beta", "Weight of the rate cost against the signal error.",
            new NumberScalar(0, 1000), s => s.Beta, (s, v) => s with { Beta = v }),
        Section.Burden.Field(
            "burden.silencing",
            "Whether the finished model is tested with its most burdened units silenced, and with random ones.",
            new FlagScalar(), s => s.Silencing, (s, v) => s with { Silencing = v }),
        Section.Burden.Field(
            "burden.snapshots", "Moments of training, such as 50% 50.5% 55%, whose weights are stored to be measured afterwards.",
            new DurationListScalar(), s => s.Snapshots, (s, v) => s with { Snapshots = v }, hashedWhenSet: true),
    ];
}
