using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The result of a run as one safetensors file to ship: effective weights under timm's names, in the compact form where
/// that is smaller, with masks beside them and the config in the metadata. What only training needs is in another file.
/// </summary>
public static class ModelFile
{
    /// <summary>The model as it is now; its effective weights are current.</summary>
    internal static Checkpoint Of(
        Device device, VisionTransformer model, Pruner? pruner, RunConfig config, ImageDataset train, CheckpointInfo info)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Model, info);
        foreach (var parameter in model.Parameters.All)
            checkpoint.Add(parameter.Name, [.. parameter.FileShape], HostCopy.Of(device, parameter.Effective));

        foreach (var tensor in pruner?.Tensors ?? []) checkpoint.AddMask(tensor.Name, tensor.Count, tensor.Mask.Words);
        ModelCard.Of(model.Shape, train.Mean, train.Std, train.ClassNames).WriteTo(checkpoint);
        checkpoint.SetExtra(CheckpointKeys.Config, ConfigText.ToYaml(config));
        return checkpoint;
    }

    /// <summary>What of a loaded model file one ships: weights, and masks where they are wanted.</summary>
    /// <param name="model">Of format 1 or 2.</param>
    /// <param name="withMasks">A loader that takes weights alone stumbles over masks.</param>
    public static Checkpoint Shipped(Checkpoint model, bool withMasks)
    {
        var shipped = new Checkpoint(CheckpointKind.Model, model.Info) { Source = model.Source };
        foreach (string name in model.Names)
        {
            model.TryGet(name, out var tensor);
            string prefix = CheckpointKeys.PrefixOf(name);
            if (prefix.Length == 0 || (withMasks && prefix == CheckpointKeys.Mask)) shipped.Add(tensor!);
        }

        foreach (var (key, value) in model.Extra) shipped.SetExtra(key, value);
        return shipped;
    }

    /// <summary>A model of the config's shape with the effective weights of a file, be it shrunk or not.</summary>
    /// <param name="at">The moment of the config's run by whose schedule it merges; by default that of the file.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged or of another model; names the tensor.</exception>
    internal static (VisionTransformer Model, Checkpoint Stored) Open(
        Device device, RunConfig config, ImageDataset data, string path, CheckpointInfo? at = null)
    {
        var stored = Checkpoint.LoadWeights(path);
        if (stored.Kind == CheckpointKind.Foreign) return OpenForeign(device, config, data, path);
        var blocks = ModelCard.ReadBlocks(stored, config.Model.Depth, config.Model.Heads, config.Model.MlpDim);
        var model = RunEngine.CreateModel(device, config, data, blocks, StoredMerging.IsActive(config, at ?? stored.Info));
        try
        {
            Apply(stored, device, model);
            return (model, stored);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static (VisionTransformer Model, Checkpoint Stored) OpenForeign(
        Device device, RunConfig config, ImageDataset data, string path)
    {
        var hints = new ModelHints { Heads = config.Model.Heads, Images = (data.Height, data.Width) };
        var stored = StoredModel.Open(path, hints);
        RequireImages(stored.Shape, data, path);
        var merging = MergingCatalog.Create(config.Tokens, stored.Shape, (ulong)config.Seed);
        return (stored.Create(device, merging), stored.File);
    }

    /// <exception cref="SettingException">The images, or their classes, are not those of the model.</exception>
    internal static void RequireImages(VitShape shape, ImageDataset data, string path)
    {
        if ((shape.Channels, shape.Height, shape.Width) != (data.Channels, data.Height, data.Width))
        {
            throw new SettingException(
                "data.name",
                $"'{data.Name}' has images of {data.Width} x {data.Height} pixels and {data.Channels} channels; {path} takes "
                + $"{shape.Width} x {shape.Height} and {shape.Channels}"
                + (shape.Height == shape.Width ? $" ('nb data import --size {shape.Height}' makes such)" : ""));
        }

        if (shape.Classes != data.ClassCount)
        {
            throw new SettingException(
                "data.name", $"'{data.Name}' has {data.ClassCount} classes; {path} tells {shape.Classes} apart");
        }
    }

    /// <summary>
    /// Loads the effective weights of a model file into a model of the same shape; nothing is changed if they do not fit.
    /// </summary>
    /// <exception cref="CheckpointFormatException">The file is damaged or of another model; names the tensor.</exception>
    internal static void Load(string path, Device device, VisionTransformer model) =>
        Apply(Checkpoint.LoadWeights(path), device, model);

    private static void Apply(Checkpoint stored, Device device, VisionTransformer model)
    {
        stored.RequireExactly("", model.Parameters.All.Select(p => (p.Name, p.FileShape.ToArray())));
        foreach (var parameter in model.Parameters.All)
            device.Upload(stored.Floats(parameter.Name, [.. parameter.FileShape]), parameter.Weights);
    }

    /// <summary>The pruned weights of a loaded model file with their masks.</summary>
    internal static IReadOnlyList<(Parameter Weight, Mask Mask)> Masks(Checkpoint checkpoint, VisionTransformer model)
    {
        var masks = new List<(Parameter, Mask)>();
        // Stored weights of a training checkpoint are not masked yet.
        if (checkpoint.Kind != CheckpointKind.Model) return masks;
        foreach (var layer in model.PrunableLayers)
        {
            var weight = layer.Weight;
            if (!checkpoint.Contains(CheckpointKeys.Mask + weight.Name)) continue;
            var mask = new Mask(weight.Shape[0], weight.Shape[1]);
            mask.Replace(checkpoint.Mask(weight.Name, (int)weight.Shape.Count));
            masks.Add((weight, mask));
        }

        return masks;
    }
}
