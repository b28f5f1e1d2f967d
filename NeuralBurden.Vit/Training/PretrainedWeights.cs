using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Layouts;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Initial weights from a safetensors file with timm's names, as timm and DeiT (arXiv 2012.12877) publish them, of
/// another layout that is translated, or from a model file of this program. Everything is checked before any weight is set.
/// </summary>
internal static class PretrainedWeights
{
    /// <summary>Looks whether a file fits a model, before anything is begun.</summary>
    /// <exception cref="CheckpointFormatException">It does not; names every tensor at fault.</exception>
    public static void Check(ModelConfig config, VitShape shape) => _ = Fit(Read(config), shape, config);

    /// <exception cref="CheckpointFormatException">The file is damaged or does not fit; names every tensor at
    /// fault.</exception>
    public static void Load(Device device, VisionTransformer model, ModelConfig config)
    {
        var file = Read(config);
        var fit = Fit(file, model.Shape, config);
        foreach (var parameter in model.Parameters.All.Where(p => fit.Taken.Contains(p.Name)))
        {
            file.TryGet(parameter.Name, out var tensor);
            var values = file.Floats(parameter.Name, [.. tensor!.Shape]);
            if (parameter.Name == PretrainedFit.Positions && fit.ResizedFrom is { } grid)
                values = Resized(values, model.Shape, grid);
            device.Upload(values, parameter.Weights);
        }
    }

    /// <summary>The weights of the file under this program's names.</summary>
    internal static Checkpoint Read(ModelConfig config)
    {
        var file = Checkpoint.LoadWeights(config.InitFrom);
        if (config.InitHidden) return Hidden(file);
        return file.Kind == CheckpointKind.Foreign ? Translate(file, config) : file;
    }

    // The stored weights in place of the effective ones.
    private static Checkpoint Hidden(Checkpoint model)
    {
        if (model.Kind == CheckpointKind.Training) return model;
        bool isFirst = model.Names.Any(n => CheckpointKeys.PrefixOf(n) == CheckpointKeys.Persistent);
        var state = isFirst ? model : CheckpointPair.StateFor(model);
        var stored = new Checkpoint(CheckpointKind.Model, model.Info) { Source = model.Source };
        foreach (string name in model.Names.Where(n => CheckpointKeys.PrefixOf(n).Length == 0))
        {
            model.TryGet(name, out var tensor);
            stored.Add(CheckpointPair.Stored(model, state, tensor!));
        }

        foreach (var (key, value) in model.Extra) stored.SetExtra(key, value);
        return stored;
    }

    private static PretrainedFit Fit(Checkpoint file, VitShape shape, ModelConfig config) => new(
        file.Source,
        file.Names.ToDictionary(name => name, name => file.TryGet(name, out var tensor)
            ? (tensor.Dtype, tensor.Shape.ToArray())
            : throw new InvalidOperationException(name)),
        ModelCard.ReadGrid(new MetadataReader(file.Source, file.Extra)),
        shape,
        config);

    private static Checkpoint Translate(Checkpoint foreign, ModelConfig config)
    {
        var target = new Checkpoint(CheckpointKind.Foreign, CheckpointInfo.Empty) { Source = foreign.Source };
        var hints = new ModelHints { HeadsElse = config.Heads };
        var (shape, _) = ForeignModel.Read(WeightSet.Of(foreign), ForeignConfig.Beside(foreign.Source), hints, target);
        ModelCard.Of(shape, [], [], null).WriteTo(target);
        return target;
    }

    private static float[] Resized(ReadOnlySpan<float> values, VitShape shape, (int Rows, int Columns) from)
    {
        int prefix = (shape.Tokens - shape.Patches) * shape.Dim;
        float[] grid = PositionResize.Bicubic(
            values[prefix..], from.Rows, from.Columns, shape.Height / shape.Patch, shape.Width / shape.Patch, shape.Dim);
        return [.. values[..prefix], .. grid];
    }
}
