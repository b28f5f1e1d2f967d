using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Layouts;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Initial weights from a safetensors file with timm's names, as timm and DeiT (arXiv 2012.12877) publish them, or from
/// a model file of this program. Everything is checked before any weight is set.
/// </summary>
internal static class PretrainedWeights
{
    private const string Positions = "pos_embed";

    /// <exception cref="CheckpointFormatException">A tensor is missing, left over, or of a shape that the config does
    /// not allow to change; names the tensor and both shapes.</exception>
    public static void Load(Device device, VisionTransformer model, ModelConfig config)
    {
        var file = Checkpoint.Load(config.InitFrom);
        if (file.Kind == CheckpointKind.Compact) file = CompactModel.Expand(file);
        if (file.Kind == CheckpointKind.Foreign) file = Translate(file, config);
        var left = file.Names.Where(name => CheckpointKeys.PrefixOf(name).Length == 0).ToHashSet();
        var weights = new List<(Parameter Parameter, float[] Values)>();
        foreach (var parameter in model.Parameters.All)
        {
            left.Remove(parameter.Name);
            if (Read(file, parameter, model.Shape, config) is { } values) weights.Add((parameter, values));
        }

        if (left.Count > 0)
        {
            string others = left.Count == 1 ? "" : $" and {left.Count - 1} more";
            throw new CheckpointFormatException(file.Source, left.Order(StringComparer.Ordinal).First() + others,
                "is unknown to the model; is it of another depth, or no plain pre-norm ViT?");
        }

        foreach (var (parameter, values) in weights) device.Upload(values, parameter.Weights);
    }

    private static Checkpoint Translate(Checkpoint foreign, ModelConfig config)
    {
        var target = new Checkpoint(CheckpointKind.Foreign, CheckpointInfo.Empty) { Source = foreign.Source };
        var hints = new ModelHints { HeadsElse = config.Heads };
        var (shape, _) = ForeignModel.Read(WeightSet.Of(foreign), ForeignConfig.Beside(foreign.Source), hints, target);
        ModelCard.Of(shape, [], [], null).WriteTo(target);
        return target;
    }

    // Null where the initial weights stay.
    private static float[]? Read(Checkpoint file, Parameter parameter, VitShape shape, ModelConfig config)
    {
        bool isHead = parameter.Name.StartsWith("head.", StringComparison.Ordinal);
        int[] wanted = [.. parameter.FileShape];
        if (!file.TryGet(parameter.Name, out var tensor))
        {
            return isHead && config.ResetHead
                ? null
                : throw new CheckpointFormatException(file.Source, parameter.Name, "is missing from the file; "
                    + $"the model has [{string.Join(", ", wanted)}]{(isHead ? HintOfHead : "")}");
        }

        if (tensor.Dtype != TensorDtype.F32) throw Mismatch(file, tensor, wanted, " of F32; save the file in F32, F16 or BF16");
        if (parameter.Name == Positions && tensor.Shape is [1, _, int channels] && channels == shape.Dim)
            return ReadPositions(file, tensor, shape, config, wanted);
        if (tensor.Shape.SequenceEqual(wanted)) return file.Floats(parameter.Name, wanted).ToArray();
        if (isHead && config.ResetHead) return null;
        throw Mismatch(file, tensor, wanted, isHead ? HintOfHead : "");
    }

    private static string HintOfHead => "; model.reset_head: true begins with a new head";

    // As many positions may lie in another grid: 4 x 4 and 2 x 8 are both 16.
    private static float[] ReadPositions(
        Checkpoint file, NamedTensor tensor, VitShape shape, ModelConfig config, int[] wanted)
    {
        int prefix = shape.Tokens - shape.Patches, patches = tensor.Shape[1] - prefix;
        string hint = GridOf(file, patches + prefix) is null
            ? ""
            : $", {patches + prefix} are: the file has none for a class token (timm's no_embed_class)";
        var (rows, columns) = GridOf(file, patches) ?? throw Mismatch(
            file, tensor, wanted, $"; {Math.Max(0, patches)} positions are no square grid{hint}");
        var own = (Rows: shape.Height / shape.Patch, Columns: shape.Width / shape.Patch);
        if ((rows, columns) == own) return file.Floats(Positions, wanted).ToArray();
        if (!config.ResizePositions)
        {
            throw Mismatch(
                file,
                tensor,
                wanted,
                $", a grid of {own.Rows} x {own.Columns} and not {rows} x {columns}; model.resize_positions: true resizes them");
        }

        var values = file.Floats(Positions, [.. tensor.Shape]);
        float[] grid = PositionResize.Bicubic(
            values[(prefix * shape.Dim)..], rows, columns, own.Rows, own.Columns, shape.Dim);
        return [.. values[..(prefix * shape.Dim)], .. grid];
    }

    // A file that does not say so, as timm's, has a square grid.
    private static (int Rows, int Columns)? GridOf(Checkpoint file, int patches)
    {
        if (ModelCard.ReadGrid(file) is { } told && told.Rows * told.Columns == patches) return told;
        int side = (int)Math.Round(Math.Sqrt(Math.Max(0, patches)));
        return patches >= 1 && side * side == patches ? (side, side) : null;
    }

    private static CheckpointFormatException Mismatch(Checkpoint file, NamedTensor tensor, int[] wanted, string hint) =>
        new(file.Source, tensor.Name, $"is {tensor}; the model has [{string.Join(", ", wanted)}]{hint}");
}
