using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Layouts;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// A model in a file, be it a model file of this program (compact and shrunk ones too) or a ViT that timm, DeiT,
/// HuggingFace or torchvision stored as safetensors or by <c>torch.save</c>: the one reader of them all.
/// </summary>
public sealed class StoredModel
{
    private StoredModel(Checkpoint file, VitShape shape, string layout) => (File, Shape, Layout) = (file, shape, layout);

    /// <summary>
    /// Weights under this program's names, masks where it has some, and the model card: a model file. In a matrix of another
    /// program zeros are taken for pruned.
    /// </summary>
    public Checkpoint File { get; }

    public VitShape Shape { get; }

    /// <summary>Whose names the file has, for people: <c>timm</c>, <c>HuggingFace ViT</c>, <c>NeuralBurden</c>.</summary>
    public string Layout { get; }

    /// <summary>Whether another program wrote it.</summary>
    public bool IsForeign { get; private init; }

    /// <summary>Whether the head count is that of published models of this width: the file does not say it.</summary>
    public bool HeadsAssumed { get; private init; }

    /// <summary>How its input is normalised; null where neither the file nor a hint says it.</summary>
    public Normalization? Normalization { get; private init; }

    /// <summary>In the order of the logits; null where the file has none.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>Reads and checks a model in full.</summary>
    /// <param name="path">A file, a run folder, or a folder of HuggingFace or timm's hub.</param>
    /// <param name="hints">What the caller knows.</param>
    /// <exception cref="CheckpointFormatException">Damaged, or not supported; names the tensor or field.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static StoredModel Open(string path, ModelHints? hints = null)
    {
        hints ??= ModelHints.None;
        string file = ModelFolder.FileOf(path);
        var stored = Checkpoint.LoadWeights(file);
        if (stored.Kind == CheckpointKind.Training)
        {
            throw new CheckpointFormatException(
                file, CheckpointKeys.Kind, "is training, a checkpoint to go on from; expected a model");
        }

        return stored.Kind == CheckpointKind.Foreign ? Foreign(stored, file, hints) : Own(stored, hints);
    }

    /// <summary>The shape of a stored model, which may lack a head: then it has no classes.</summary>
    /// <exception cref="CheckpointFormatException">As of <see cref="Open"/>.</exception>
    internal static VitShape ShapeOf(string path, ModelHints hints)
    {
        string file = ModelFolder.FileOf(path);
        var stored = Checkpoint.Load(file);
        if (stored.Kind != CheckpointKind.Foreign) return Open(file, hints).Shape;
        var target = new Checkpoint(CheckpointKind.Foreign, CheckpointInfo.Empty) { Source = file };
        return ForeignModel.Read(WeightSet.Of(stored), ForeignConfig.Beside(file), hints, target).Shape;
    }

    /// <summary>The model with its weights on a device.</summary>
    /// <param name="merging">Token merging, or none.</param>
    public VisionTransformer Create(Device device, TokenMerging? merging = null)
    {
        var model = new VisionTransformer(device, Shape, merging);
        foreach (var parameter in model.Parameters.All)
            device.Upload(File.Floats(parameter.Name, [.. parameter.FileShape]), parameter.Weights);
        return model;
    }

    private static StoredModel Own(Checkpoint stored, ModelHints hints)
    {
        var card = ModelCard.Read(stored);
        var shape = card.Shape(stored.Contains("cls_token"));
        stored.RequireExactly("", ParameterTable.Of(shape).Select(p => (p.Name, p.FileShape)));
        return new StoredModel(stored, shape, "NeuralBurden")
        {
            Normalization = card.Mean.Count > 0 ? Normalization.Of(card.Mean, card.Std) : hints.Normalization,
            ClassNames = card.ClassNames,
        };
    }

    // Other programs prune by zeros.
    private static void MaskZeros(Checkpoint file, VitShape shape)
    {
        foreach (var (name, fileShape, extents, role) in ParameterTable.Of(shape))
        {
            if (role != ParameterRole.Prunable) continue;
            var values = file.Floats(name, fileShape);
            if (!values.Contains(0f)) continue;
            ulong[] words = new ulong[MaskWords.WordCount(values.Length)];
            for (int i = 0; i < values.Length; i++)
                if (values[i] != 0) words[i / 64] |= 1UL << (i % 64);
            file.AddMask(name, (int)extents.Count, words);
        }
    }

    private static StoredModel Foreign(Checkpoint stored, string path, ModelHints hints)
    {
        var config = ForeignConfig.Beside(path);
        var weights = WeightSet.Of(stored);
        var file = new Checkpoint(CheckpointKind.Model, CheckpointInfo.Empty) { Source = path };
        var (shape, assumed) = ForeignModel.Read(weights, config, hints, file);
        if (shape.Classes == 0)
            throw weights.Error("head.weight", "is missing: the file has no classifier, only features");
        file.RequireExactly("", ParameterTable.Of(shape).Select(p => (p.Name, p.FileShape)));
        MaskZeros(file, shape);
        var told = config.Mean is { } mean && config.Std is { } std && mean.Count == std.Count && mean.Count > 0
            ? Normalization.Of(mean, std)
            : hints.Normalization;
        if (told is { IsDataset: true }) told = null;
        var (means, stds) = told?.For(shape.Channels) ?? ([], []);
        var names = config.ClassNames?.Count == shape.Classes ? config.ClassNames : null;
        ModelCard.Of(shape, means, stds, names).WriteTo(file);
        return new StoredModel(file, shape, weights.Layout)
        {
            IsForeign = true,
            HeadsAssumed = assumed,
            Normalization = told,
            ClassNames = names,
        };
    }
}
