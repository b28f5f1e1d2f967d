using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Top =>
    [
        Section.Run.Field(
            "name", "Name of the run; its folder is NAME-HASH8.",
            new TextScalar(
                @"^[A-Za-z0-9][A-Za-z0-9._+=-]{0,99}$", "letters, digits and . _ + = -, at most 100, a letter or digit first"),
            s => s.Name, (s, v) => s with { Name = v }),
        Section.Run.Field(
            "seed", "Seed of every random draw of the run.",
            new IntegerScalar(0, int.MaxValue), s => s.Seed, (s, v) => s with { Seed = v }),
        Section.Run.Field(
            "device", "Device that the run computes on.",
            new TextScalar(
                @"^[a-z][a-z0-9-]*(:[0-9]+)?$",
                "a device that 'nb devices' lists, such as cpu or cuda:0; or auto, the first GPU, else cpu"),
            s => s.Device, (s, v) => s with { Device = v }),
        Section.Run.Field(
            "tf32",
            "Whether linear layers round the factors of their products to 10 bits of mantissa (TF32); on cuda and ilgpu-cpu.",
            new FlagScalar(), s => s.Tf32, (s, v) => s with { Tf32 = v }, hashedWhenSet: true),
    ];

    private static ImmutableArray<ConfigField> Data =>
    [
        Section.Data.Field(
            "data.name", "Data set; glyphs and shapes are drawn by the program itself, 'nb data import' makes files.",
            new DataNameScalar("glyphs", "shapes", "mnist", "fashion-mnist", "cifar10", "cifar100"),
            s => s.Name, (s, v) => s with { Name = v }),
        Section.Data.Field(
            "data.train_count", "Training images that an embedded set draws.",
            new IntegerScalar(1, 200_000), s => s.TrainCount, (s, v) => s with { TrainCount = v }, unit: "images"),
        Section.Data.Field(
            "data.test_count", "Test images that an embedded set draws.",
            new IntegerScalar(1, 200_000), s => s.TestCount, (s, v) => s with { TestCount = v }, unit: "images"),
        Section.Data.Field(
            "data.seed", "Seed of an embedded set's images.",
            new IntegerScalar(0, int.MaxValue), s => s.Seed, (s, v) => s with { Seed = v }),
        Section.Data.Field(
            "data.as_found", "Whether files under a known set's name are taken though they are not the published ones.",
            new FlagScalar(), s => s.AsFound, (s, v) => s with { AsFound = v }, hashedWhenSet: true),
        Section.Data.Field(
            "data.normalize",
            "Mean and deviation of the model's input: of the training images (dataset), imagenet, half, or numbers.",
            new NormalizationScalar(),
            s => s.Normalize, (s, v) => s with { Normalize = v }, hashedWhenSet: true, takesList: true),
    ];

    private static ImmutableArray<ConfigField> Model =>
    [
        Section.Model.Field(
            "model.dim", "Width of the token vectors.",
            new IntegerScalar(1, 4096), s => s.Dim, (s, v) => s with { Dim = v }, unit: "channels"),
        Section.Model.Field(
            "model.depth", "Number of transformer blocks.",
            new IntegerScalar(1, 64), s => s.Depth, (s, v) => s with { Depth = v }, unit: "blocks"),
        Section.Model.Field(
            "model.heads", "Attention heads per block; divides model.dim.",
            new IntegerScalar(1, 64), s => s.Heads, (s, v) => s with { Heads = v }, unit: "heads"),
        Section.Model.Field(
            "model.mlp_ratio", "Hidden width of the MLP over model.dim.",
            new NumberScalar(0, 16, open: true), s => s.MlpRatio, (s, v) => s with { MlpRatio = v }),
        Section.Model.Field(
            "model.patch", "Side of a square patch; divides the image's side.",
            new IntegerScalar(1, 64), s => s.Patch, (s, v) => s with { Patch = v }, unit: "pixels"),
        Section.Model.Field(
            "model.pool", "What the classifier reads: a class token, or the mean of all tokens.",
            new ChoiceScalar<Pooling>(("class", Pooling.ClassToken), ("mean", Pooling.Mean)),
            s => s.Pool, (s, v) => s with { Pool = v }),
        Section.Model.Field(
            "model.init_from",
            "Model to start from: of this program, timm, DeiT, HuggingFace or torchvision; none = random weights.",
            new TextScalar(@"^none$|\.(safetensors|pth|pt|bin)$", "none, or a file of .safetensors, .pth, .pt or .bin"),
            s => s.InitFrom, (s, v) => s with { InitFrom = v }, hashedWhenSet: true),
        Section.Model.Field(
            "model.init_hidden",
            "Whether pruned weights of model.init_from start from what its .state.safetensors has of them, not from zero.",
            new FlagScalar(), s => s.InitHidden, (s, v) => s with { InitHidden = v }, hashedWhenSet: true),
        Section.Model.Field(
            "model.resize_positions", "Whether position embeddings of another grid in model.init_from are resized (bicubic).",
            new FlagScalar(), s => s.ResizePositions, (s, v) => s with { ResizePositions = v }, hashedWhenSet: true),
        Section.Model.Field(
            "model.reset_head",
            "Whether a head in model.init_from for another number of classes, or none, is replaced by a new one.",
            new FlagScalar(), s => s.ResetHead, (s, v) => s with { ResetHead = v }, hashedWhenSet: true),
        Section.Model.Field(
            "model.variant", "Differences from a plain ViT, such as 'registers=4 epsilon=1e-12'; taken from model.init_from.",
            new TextScalar(@"^[a-z0-9=.e -]+$", "none, or differences with spaces between them"),
            s => s.Variant, (s, v) => s with { Variant = v }, hashedWhenSet: true),
        Section.Model.Field(
            "model.blocks", "Heads/units of each block of a shrunk model, such as '4/96 3/80'; taken from model.init_from.",
            new TextScalar(@"^none$|^[0-9]+/[0-9]+([0-9]+/[0-9]+)*$", "none, or HEADS/UNITS per block"),
            s => s.Blocks, (s, v) => s with { Blocks = v }, hashedWhenSet: true),
    ];
}
