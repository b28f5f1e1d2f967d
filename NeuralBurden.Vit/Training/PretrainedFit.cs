using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Which tensors of a file become which parameters of a model, told from names, types and shapes alone: a file that does
/// not fit is refused before anything of it is read, with all that does not fit.
/// </summary>
internal sealed class PretrainedFit
{
    public const string Positions = "pos_embed";

    private const int MostTold = 6;

    private readonly string _source;
    private readonly IReadOnlyDictionary<string, (TensorDtype Dtype, int[] Shape)> _tensors;
    private readonly (int Rows, int Columns)? _toldGrid;
    private readonly VitShape _shape;
    private readonly ModelConfig _config;
    private readonly List<(string Tensor, string Problem, string Hint)> _problems = [];

    /// <param name="tensors">Of the file, by name.</param>
    /// <param name="toldGrid">Grid of patches that the file says its positions have; null where it says nothing.</param>
    /// <exception cref="CheckpointFormatException">A tensor is missing, left over, or of a shape that the config does
    /// not allow to change; names each with both shapes.</exception>
    public PretrainedFit(
        string source,
        IReadOnlyDictionary<string, (TensorDtype Dtype, int[] Shape)> tensors,
        (int Rows, int Columns)? toldGrid,
        VitShape shape,
        ModelConfig config)
    {
        (_source, _tensors, _toldGrid, _shape, _config) = (source, tensors, toldGrid, shape, config);
        var left = tensors.Keys.Where(name => CheckpointKeys.PrefixOf(name).Length == 0).ToHashSet();
        foreach (var parameter in ParameterTable.Of(shape))
        {
            left.Remove(parameter.Name);
            if (Takes(parameter.Name, parameter.FileShape)) Taken.Add(parameter.Name);
        }

        foreach (string name in left.Order(StringComparer.Ordinal))
            Refuse(name, "is unknown to the model", "; is it of another depth, or no plain pre-norm ViT?");
        if (_problems.Count > 0) throw Refusal();
    }

    /// <summary>Parameters that the file has; the others keep their initial weights.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>Grid of patches of the file's positions where they are to be resized; else null.</summary>
    public (int Rows, int Columns)? ResizedFrom { get; private set; }

    private static string HintOfHead => "; model.reset_head: true begins with a new head";

    private bool Takes(string name, int[] wanted)
    {
        bool isHead = name.StartsWith("head.", StringComparison.Ordinal);
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            if (!isHead || !_config.ResetHead)
            {
                Refuse(
                    name,
                    $"is missing from the file; the model has [{string.Join(", ", wanted)}]",
                    isHead ? HintOfHead : "");
            }

            return false;
        }

        if (tensor.Dtype is not (TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16))
            return Mismatch(name, tensor, wanted, " of F32; save the file in F32, F16 or BF16");
        if (name == Positions && tensor.Shape is [1, _, int channels] && channels == _shape.Dim)
            return TakesPositions(tensor, wanted);
        if (tensor.Shape.SequenceEqual(wanted)) return true;
        return (!isHead || !_config.ResetHead) && Mismatch(name, tensor, wanted, isHead ? HintOfHead : "");
    }

    // As many positions may lie in another grid: 4 x 4 and 2 x 8 are both 16.
    private bool TakesPositions((TensorDtype Dtype, int[] Shape) tensor, int[] wanted)
    {
        int prefix = _shape.Tokens - _shape.Patches, patches = tensor.Shape[1] - prefix;
        if (GridOf(patches) is not { } grid)
        {
            string hint = GridOf(patches + prefix) is null
                ? ""
                : $", {patches + prefix} are: the file has none for a class token (timm's no_embed_class)";
            return Mismatch(Positions, tensor, wanted, $"; {Math.Max(0, patches)} positions are no square grid{hint}");
        }

        var own = (Rows: _shape.Height / _shape.Patch, Columns: _shape.Width / _shape.Patch);
        if (grid == own) return true;
        ResizedFrom = grid;
        return _config.ResizePositions || Mismatch(
            Positions,
            tensor,
            wanted,
            $", a grid of {own.Rows} x {own.Columns} and not {grid.Rows} x {grid.Columns}; "
            + "model.resize_positions: true resizes them");
    }

    // A file that does not say so, as timm's, has a square grid.
    private (int Rows, int Columns)? GridOf(int patches)
    {
        if (_toldGrid is { } told && (long)told.Rows * told.Columns == patches) return told;
        int side = (int)Math.Round(Math.Sqrt(Math.Max(0, patches)));
        return patches >= 1 && side * side == patches ? (side, side) : null;
    }

    private bool Mismatch(string name, (TensorDtype Dtype, int[] Shape) tensor, int[] wanted, string hint)
    {
        Refuse(name, $"is {tensor.Dtype.HeaderName()} [{string.Join(", ", tensor.Shape)}]; "
            + $"the model has [{string.Join(", ", wanted)}]", hint);
        return false;
    }

    private void Refuse(string tensor, string problem, string hint = "") => _problems.Add((tensor, problem, hint));

    private CheckpointFormatException Refusal()
    {
        // What would help is said once.
        var hints = new HashSet<string>();
        var told = _problems.Take(MostTold)
            .Select(p => $"{p.Tensor}: {p.Problem}{(hints.Add(p.Hint) ? p.Hint : "")}").ToList();
        string more = _problems.Count > MostTold ? $"; and {_problems.Count - MostTold} more tensors do not fit" : "";
        string first = _problems[0].Tensor;
        return new CheckpointFormatException(_source, first, string.Join("; ", told)[(first.Length + 2)..] + more);
    }
}
