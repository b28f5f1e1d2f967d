using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Top =>
    [
        new TypedConfigField<string>(
            "name",
            "Name of the run; its folder is NAME-HASH8.",
            null,
            new TextScalar(
                @"^[A-Za-z0-9][A-Za-z0-9._+=-]{0,99}$",
                "letters, digits and . _ + = -, at most 100, a letter or digit first"),
            c => c.Name,
            (c, v) => c with { Name = v }),
        new TypedConfigField<int>(
            "seed",
            "Seed of every random draw of the run.",
            null,
            new IntegerScalar(0, int.MaxValue),
            c => c.Seed,
            (c, v) => c with { Seed = v }),
        new TypedConfigField<string>(
            "device",
            "Device that the run computes on.",
            null,
            new TextScalar(
                @"^[a-z][a-z0-9-]*(:[0-9]+)?$",
                "a device that 'nb devices' lists, such as cpu or cuda:0; or auto, the first GPU, else cpu"),
            c => c.Device,
            (c, v) => c with { Device = v }),
        new TypedConfigField<bool>(
            "tf32",
            "Whether cuBLAS rounds the factors of matrix products to 10 bits of mantissa (TF32); for cuda devices.",
            null,
            new FlagScalar(),
            c => c.Tf32,
            (c, v) => c with { Tf32 = v },
            hashedWhenSet: true),
    ];

    private static ImmutableArray<ConfigField> Data =>
    [
        new TypedConfigField<string>(
            "data.name",
            "Data set; glyphs and shapes are drawn by the program itself, 'nb data import' makes files.",
            null,
            new DataNameScalar("glyphs", "shapes", "mnist", "fashion-mnist", "cifar10", "cifar100"),
            c => c.Data.Name,
            (c, v) => c with { Data = c.Data with { Name = v } }),
        new TypedConfigField<int>(
            "data.train_count",
            "Training images that an embedded set draws.",
            "images",
            new IntegerScalar(1, 200_000),
            c => c.Data.TrainCount,
            (c, v) => c with { Data = c.Data with { TrainCount = v } }),
        new TypedConfigField<int>(
            "data.test_count",
            "Test images that an embedded set draws.",
            "images",
            new IntegerScalar(1, 200_000),
            c => c.Data.TestCount,
            (c, v) => c with { Data = c.Data with { TestCount = v } }),
        new TypedConfigField<int>(
            "data.seed",
            "Seed of an embedded set's images.",
            null,
            new IntegerScalar(0, int.MaxValue),
            c => c.Data.Seed,
            (c, v) => c with { Data = c.Data with { Seed = v } }),
        new TypedConfigField<bool>(
            "data.as_found",
            "Whether files under a known set's name are taken though they are not the published ones.",
            null,
            new FlagScalar(),
            c => c.Data.AsFound,
            (c, v) => c with { Data = c.Data with { AsFound = v } },
            hashedWhenSet: true),
        new TypedConfigField<Normalization>(
            "data.normalize",
            "Mean and deviation of the model's input: of the training images (dataset), imagenet, half, or numbers.",
            null,
            new NormalizationScalar(),
            c => c.Data.Normalize,
            (c, v) => c with { Data = c.Data with { Normalize = v } },
            hashedWhenSet: true) { TakesList = true },
    ];

    private static ImmutableArray<ConfigField> Model =>
    [
        new TypedConfigField<int>(
            "model.dim",
            "Width of the token vectors.",
            "channels",
            new IntegerScalar(1, 4096),
            c => c.Model.Dim,
            (c, v) => c with { Model = c.Model with { Dim = v } }),
        new TypedConfigField<int>(
            "model.depth",
            "Number of transformer blocks.",
            "blocks",
            new IntegerScalar(1, 64),
            c => c.Model.Depth,
            (c, v) => c with { Model = c.Model with { Depth = v } }),
        new TypedConfigField<int>(
            "model.heads",
            "Attention heads per block; divides model.dim.",
            "heads",
            new IntegerScalar(1, 64),
            c => c.Model.Heads,
            (c, v) => c with { Model = c.Model with { Heads = v } }),
        new TypedConfigField<double>(
            "model.mlp_ratio",
            "Hidden width of the MLP over model.dim.",
            null,
            new NumberScalar(0, 16, open: true),
            c => c.Model.MlpRatio,
            (c, v) => c with { Model = c.Model with { MlpRatio = v } }),
        new TypedConfigField<int>(
            "model.patch",
            "Side of a square patch; divides the image's side.",
            "pixels",
            new IntegerScalar(1, 64),
            c => c.Model.Patch,
            (c, v) => c with { Model = c.Model with { Patch = v } }),
        new TypedConfigField<Pooling>(
            "model.pool",
            "What the classifier reads: a class token, or the mean of all tokens.",
            null,
            new ChoiceScalar<Pooling>(
            ("class", Pooling.ClassToken),
            ("mean", Pooling.Mean)),
            c => c.Model.Pool,
            (c, v) => c with { Model = c.Model with { Pool = v } }),
        new TypedConfigField<string>(
            "model.init_from",
            "Model to start from: of this program, timm, DeiT, HuggingFace or torchvision; none = random weights.",
            null,
            new TextScalar(@"^none$|\.(safetensors|pth|pt|bin)$", "none, or a file of .safetensors, .pth, .pt or .bin"),
            c => c.Model.InitFrom,
            (c, v) => c with { Model = c.Model with { InitFrom = v } },
            hashedWhenSet: true),
        new TypedConfigField<bool>(
            "model.init_hidden",
            "Whether pruned weights of model.init_from start from what its .state.safetensors has of them, not from zero.",
            null,
            new FlagScalar(),
            c => c.Model.InitHidden,
            (c, v) => c with { Model = c.Model with { InitHidden = v } },
            hashedWhenSet: true),
        new TypedConfigField<bool>(
            "model.resize_positions",
            "Whether position embeddings of another grid in model.init_from are resized (bicubic).",
            null,
            new FlagScalar(),
            c => c.Model.ResizePositions,
            (c, v) => c with { Model = c.Model with { ResizePositions = v } },
            hashedWhenSet: true),
        new TypedConfigField<bool>(
            "model.reset_head",
            "Whether a head in model.init_from for another number of classes, or none, is replaced by a new one.",
            null,
            new FlagScalar(),
            c => c.Model.ResetHead,
            (c, v) => c with { Model = c.Model with { ResetHead = v } },
            hashedWhenSet: true),
        new TypedConfigField<string>(
            "model.variant",
            "Differences from a plain ViT, such as 'registers=4 epsilon=1e-12'; taken from model.init_from.",
            null,
            new TextScalar(@"^[a-z0-9=.e -]+$", "none, or differences with spaces between them"),
            c => c.Model.Variant,
            (c, v) => c with { Model = c.Model with { Variant = v } },
            hashedWhenSet: true),
        new TypedConfigField<string>(
            "model.blocks",
            "Heads/units of each block of a shrunk model, such as '4/96 3/80'; taken from model.init_from.",
            null,
            new TextScalar(@"^none$|^[0-9]+/[0-9]+( [0-9]+/[0-9]+)*$", "none, or HEADS/UNITS per block"),
            c => c.Model.Blocks,
            (c, v) => c with { Model = c.Model with { Blocks = v } },
            hashedWhenSet: true),
    ];
}
