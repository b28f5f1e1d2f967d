using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

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
            "optim.layer_decay",
            "Learning rate of a layer over that of the layer above it, for fine-tuning; 1 = all alike.",
            null,
            new NumberScalar(0, 1, open: true),
            c => c.Optim.LayerDecay,
            (c, v) => c with { Optim = c.Optim with { LayerDecay = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "optim.clip_norm",
            "Largest L2 norm of all gradients but those of pruned weights; 0 = no clipping.",
            null,
            new NumberScalar(0, 1e6),
            c => c.Optim.ClipNorm,
            (c, v) => c with { Optim = c.Optim with { ClipNorm = v } }),
        new TypedConfigField<double>(
            "optim.ema",
            "Decay of a moving average of the weights, evaluated and stored beside them; 0 = off.",
            null,
            new NumberScalar(0, 0.999999),
            c => c.Optim.Ema,
            (c, v) => c with { Optim = c.Optim with { Ema = v } },
            hashedWhenSet: true),
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
        new TypedConfigField<double>(
            "augment.mixup",
            "Alpha of mixup; each pair of images takes a share from Beta(alpha, alpha); 0 = off.",
            null,
            new NumberScalar(0, 100),
            c => c.Augment.Mixup,
            (c, v) => c with { Augment = c.Augment with { Mixup = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "augment.cutmix",
            "Alpha of CutMix; with mixup each pair takes one of them by chance; 0 = off.",
            null,
            new NumberScalar(0, 100),
            c => c.Augment.Cutmix,
            (c, v) => c with { Augment = c.Augment with { Cutmix = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "augment.random_erasing",
            "Probability that a rectangle of an image is filled with the mean pixel; 0 = off.",
            null,
            new NumberScalar(0, 1),
            c => c.Augment.RandomErasing,
            (c, v) => c with { Augment = c.Augment with { RandomErasing = v } },
            hashedWhenSet: true),
        new TypedConfigField<int>(
            "augment.rand_augment",
            "Operations of RandAugment on each image; 0 = off.",
            "operations",
            new IntegerScalar(0, 10),
            c => c.Augment.RandAugment,
            (c, v) => c with { Augment = c.Augment with { RandAugment = v } },
            hashedWhenSet: true),
        new TypedConfigField<double>(
            "augment.rand_augment_magnitude",
            "Magnitude M of RandAugment's operations.",
            null,
            new NumberScalar(0, 10),
            c => c.Augment.RandAugmentMagnitude,
            (c, v) => c with { Augment = c.Augment with { RandAugmentMagnitude = v } },
            hashedWhenSet: true),
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
        new TypedConfigField<ReferenceChoice>(
            "burden.reference",
            "The network to compare with; auto takes the shadow where the method keeps one, else the checkpoint.",
            null,
            new ChoiceScalar<ReferenceChoice>(
            ("auto", ReferenceChoice.Auto),
            ("shadow", ReferenceChoice.Shadow),
            ("checkpoint", ReferenceChoice.Checkpoint),
            ("twin", ReferenceChoice.Twin),
            ("none", ReferenceChoice.None)),
            c => c.Burden.Reference,
            (c, v) => c with { Burden = c.Burden with { Reference = v } }),
        new TypedConfigField<string>(
            "burden.twin",
            "With burden.reference twin: the model.safetensors of another run.",
            null,
            new TextScalar(@"^[^\x00-\x1f]*$", "the path of a file"),
            c => c.Burden.Twin,
            (c, v) => c with { Burden = c.Burden with { Twin = v } }),
        new TypedConfigField<double>(
            "burden.beta",
            "Weight of the rate cost against the signal error.",
            null,
            new NumberScalar(0, 1000),
            c => c.Burden.Beta,
            (c, v) => c with { Burden = c.Burden with { Beta = v } }),
        new TypedConfigField<bool>(
            "burden.silencing",
            "Whether the finished model is tested with its most burdened units silenced, and with random ones.",
            null,
            new FlagScalar(),
            c => c.Burden.Silencing,
            (c, v) => c with { Burden = c.Burden with { Silencing = v } }),
        new TypedConfigField<DurationList>(
            "burden.snapshots",
            "Moments of training, such as 50% 50.5% 55%, whose weights are stored to be measured afterwards.",
            null,
            new DurationListScalar(),
            c => c.Burden.Snapshots,
            (c, v) => c with { Burden = c.Burden with { Snapshots = v } },
            hashedWhenSet: true),
    ];
}
