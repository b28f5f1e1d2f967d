using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The reference of a run: chooses the kind that its method allows, and keeps the weights that a kind needs beyond the
/// model's own. Those of <c>checkpoint</c> are taken right before pruning begins and lie in the run folder from then on,
/// so that a resumed run compares with the same network.
/// </summary>
internal sealed class BurdenNetworks : IDisposable
{
    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly ImageDataset _train;
    private readonly VisionTransformer _model;
    private readonly Pruner? _pruner;
    private readonly string _file;
    private readonly BurdenBaseline? _other;

    /// <exception cref="SettingException">The method does not allow the reference that the config names.</exception>
    /// <exception cref="CheckpointFormatException">The twin's file is damaged or of another task.</exception>
    public BurdenNetworks(
        Device device, RunConfig config, ImageDataset train, VisionTransformer model, Pruner? pruner, string file)
    {
        (_device, _config, _train, _model, _pruner, _file) = (device, config, train, model, pruner, file);
        Kind = KindOf(config, pruner);
        if (Kind == BurdenReference.Twin) _other = new BurdenBaseline(Kind, LoadTwin());
        if (Kind == BurdenReference.Checkpoint) _other = new BurdenBaseline(Kind, Create(model.Shape));
        Before = Kind == BurdenReference.Checkpoint ? _other!.Model : pruner is null ? null : Create(model.Shape);
    }

    /// <summary>What the run compares with once it is pruned.</summary>
    public BurdenReference Kind { get; }

    /// <summary>Whether a mask prunes something now.</summary>
    public bool IsPruned => _pruner is { Sparsity: > 0 };

    /// <summary>The network as <see cref="Capture"/> took it; null in a dense run.</summary>
    public VisionTransformer? Before { get; }

    /// <summary>What to compare with now.</summary>
    public BurdenBaseline Now => Kind switch
    {
        BurdenReference.None => BurdenBaseline.None,
        BurdenReference.Self => BurdenBaseline.Self,
        BurdenReference.Twin => _other!,
        BurdenReference.Shadow => _pruner!.Reference == ReferenceKind.Shadow ? BurdenBaseline.Shadow : BurdenBaseline.None,
        _ => IsPruned ? _other! : BurdenBaseline.Self,
    };

    /// <summary>Takes the weights as they are, effective weights being current.</summary>
    public void Capture()
    {
        for (int i = 0; i < _model.Parameters.All.Count; i++)
            _device.Copy(_model.Parameters.All[i].Effective, Before!.Parameters.All[i].Weights);
    }

    /// <summary>Stores what was taken, where the run compares with it.</summary>
    public void Save(CheckpointInfo info)
    {
        if (Kind == BurdenReference.Checkpoint) ModelFile.Of(_device, Before!, null, _config, _train, info).Save(_file);
    }

    /// <summary>After a resume into pruned training: the stored weights again.</summary>
    /// <exception cref="IOException">The file is gone.</exception>
    /// <exception cref="CheckpointFormatException">The file is damaged.</exception>
    public void Restore()
    {
        if (Kind == BurdenReference.Checkpoint && IsPruned) ModelFile.Load(_file, _device, Before!);
    }

    public void Dispose()
    {
        _other?.Model?.Dispose();
        if (Before is not null && Before != _other?.Model) Before.Dispose();
    }

    private static BurdenReference KindOf(RunConfig config, Pruner? pruner)
    {
        var choice = config.Burden.Reference;
        if (choice == ReferenceChoice.None) return BurdenReference.None;
        if (choice == ReferenceChoice.Twin) return BurdenReference.Twin;
        if (pruner is null) return BurdenReference.Self;
        string method = config.Pruning.Method;
        bool shadow = pruner.Reference == ReferenceKind.Shadow, dense = pruner.Sparsity == 0;
        return choice switch
        {
            ReferenceChoice.Auto when shadow => BurdenReference.Shadow,
            ReferenceChoice.Auto => dense ? BurdenReference.Checkpoint : BurdenReference.None,
            ReferenceChoice.Shadow when !shadow => throw new SettingException(
                "burden.reference",
                $"shadow is not valid for '{method}', which keeps no dense weights; allowed: "
                + (dense ? "auto, checkpoint, twin, none" : "auto, twin, none")),
            ReferenceChoice.Shadow => BurdenReference.Shadow,
            _ when !dense => throw new SettingException(
                "burden.reference",
                $"checkpoint is not valid for '{method}', which is pruned from its first step; allowed: "
                + (shadow ? "auto, shadow, twin, none" : "auto, twin, none")),
            _ => BurdenReference.Checkpoint,
        };
    }

    private VisionTransformer Create(VitShape shape) =>
        new(_device, shape, MergingCatalog.Create(_config.Tokens, shape, (ulong)_config.Seed));

    private VisionTransformer LoadTwin()
    {
        string path = _config.Burden.Twin;
        ConfigRules.RequireFile("burden.twin", path);
        var checkpoint = Checkpoint.Load(path);
        var card = ModelCard.Read(checkpoint);
        var own = _model.Shape;
        var shape = own with { Dim = card.Dim, Depth = card.Depth, Heads = card.Heads, MlpDim = card.MlpHidden };
        var task = (card.ImageHeight, card.ImageWidth, card.Channels, card.PatchSize, card.Classes, card.Depth);
        if (task != (own.Height, own.Width, own.Channels, own.Patch, own.Classes, own.Depth))
        {
            throw new SettingException(
                "burden.twin",
                $"'{path}' is a model of {card.Depth} blocks for {card.Channels} x {card.ImageHeight} x {card.ImageWidth} "
                + $"images in patches of {card.PatchSize} and {card.Classes} classes; needed: {own.Depth} blocks, "
                + $"{own.Channels} x {own.Height} x {own.Width}, {own.Patch} and {own.Classes}");
        }

        var twin = Create(shape with { ClassToken = checkpoint.Contains("cls_token") });
        try
        {
            ModelFile.Load(path, _device, twin);
            return twin;
        }
        catch
        {
            twin.Dispose();
            throw;
        }
    }
}
