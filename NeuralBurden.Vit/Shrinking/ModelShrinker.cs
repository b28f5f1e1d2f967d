using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Shrinking;

/// <summary>
/// Cuts pruned heads and MLP units out of a model file: rows of qkv and fc1 with their biases, columns of proj and fc2.
/// The logits are those of the masked model within rounding, as what goes met masked weights only. Names stay timm's.
/// </summary>
/// <remarks>
/// A block whose heads (or units) are all pruned keeps the first, which is zero, so that no tensor is empty. Merging by
/// keys compares their mean over heads, to which a pruned head still gave its bias: that is moved into the key biases of
/// the heads that stay, b_h += sum of the pruned b / heads left. The mean changes by a factor only, which a cosine does
/// not see, and attention is unchanged, as softmax does not see q . c, the same for all keys.
/// </remarks>
public static class ModelShrinker
{
    /// <param name="model">A model file of this program, not yet shrunk.</param>
    /// <param name="config">Of the model.</param>
    /// <exception cref="CheckpointFormatException">Its masks are no union of heads and MLP units, or there is nothing to
    /// cut; names the tensor.</exception>
    /// <exception cref="SettingException">Heads were pruned that the merging still reads.</exception>
    public static ShrunkModel Shrink(Checkpoint model, RunConfig config)
    {
        if (model.Kind != CheckpointKind.Model)
        {
            string kind = model.Kind.ToString().ToLowerInvariant();
            throw new CheckpointFormatException(model.Source, CheckpointKeys.Kind, $"is {kind}; expected model");
        }

        var card = ModelCard.Read(model);
        var shape = card.Shape(model.Contains("cls_token"));
        model.RequireExactly("", ParameterTable.Of(shape).Select(p => (p.Name, p.FileShape)));
        var groups = ModelGroups.Of(shape);
        var masks = new MaskedTensors(model, shape);
        var dead = groups.Where(masks.IsDead).ToList();
        masks.RequireNothingBeside(dead);
        var cut = dead.GroupBy(g => (g.Kind, g.Set))
            .SelectMany(set => set.Skip(Count(shape, set.Key.Kind, set.First()) == set.Count() ? 1 : 0))
            .ToList();
        if (cut.Count == 0)
        {
            throw new CheckpointFormatException(
                model.Source, "mask.*", "prunes no whole head or MLP unit that could go; there is nothing to make smaller");
        }

        if (cut.Exists(g => g.Kind == ModelGroups.Heads)) RequireHeadsUnread(config);
        BlockShape[] before = [.. Enumerable.Range(0, shape.Depth).Select(shape.Block)];
        BlockShape[] after = [.. before.Select((block, i) => new BlockShape(
            block.Heads - cut.Count(g => g.Kind == ModelGroups.Heads && g.Set == $"blocks.{i}"),
            block.MlpDim - cut.Count(g => g.Kind == ModelGroups.MlpUnits && g.Set == $"blocks.{i}")))];
        var file = new Checkpoint(CheckpointKind.Model, model.Info) { Source = model.Source };
        foreach (var (key, value) in model.Extra) file.SetExtra(key, value);
        (card with { Blocks = after }).WriteTo(file);
        foreach (var (name, fileShape, _, _) in ParameterTable.Of(shape))
            file.Add(Cut(name, fileShape, model.Floats(name, fileShape), cut, shape));
        return new ShrunkModel(file, before, after);
    }

    private static int Count(VitShape shape, string kind, StructuredGroup group)
    {
        var block = shape.Block(int.Parse(group.Set["blocks.".Length..]));
        return kind == ModelGroups.Heads ? block.Heads : block.MlpDim;
    }

    private static void RequireHeadsUnread(RunConfig config)
    {
        if (!config.Tokens.Merges || !MergingCatalog.Find(config.Tokens.Merge).ReadsClassAttention) return;
        throw new SettingException(
            "tokens.merge",
            $"'{config.Tokens.Merge}' weighs tokens by the mean attention of all heads, pruned ones too: without them the "
            + "model would keep other tokens; heads can be cut from a model with any other merging");
    }

    private static NamedTensor Cut(
        string name, int[] extents, ReadOnlySpan<float> values, List<StructuredGroup> cut, VitShape shape)
    {
        // A bias goes with the rows of its weight.
        string weight = name.EndsWith(".bias", StringComparison.Ordinal) ? name[..^".bias".Length] + ".weight" : name;
        var ranges = cut.SelectMany(g => g.Members).Where(m => m.Tensor == weight).ToList();
        bool isBias = weight != name;
        int rows = extents[0], columns = extents.Length == 2 ? extents[1] : 1;
        bool[] rowGoes = Marks(rows, ranges.Where(m => m.Axis == GroupAxis.Rows));
        bool[] columnGoes = isBias || extents.Length != 2
            ? new bool[columns]
            : Marks(columns, ranges.Where(m => m.Axis == GroupAxis.Columns));
        if (ranges.Count == 0 || Array.TrueForAll(rowGoes, goes => !goes) && Array.TrueForAll(columnGoes, goes => !goes))
            return NamedTensor.Of(name, extents, values.ToArray());
        float[] source = values.ToArray();
        if (isBias && weight.EndsWith("attn.qkv.weight", StringComparison.Ordinal)) MoveKeyBias(source, rowGoes, shape);
        var kept = new List<float>();
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns && !rowGoes[r]; c++)
                if (!columnGoes[c]) kept.Add(source[(r * columns) + c]);
        }

        int rowsLeft = rowGoes.Count(goes => !goes), columnsLeft = columnGoes.Count(goes => !goes);
        int[] left = extents.Length == 2 ? [rowsLeft, columnsLeft] : [rowsLeft];
        return NamedTensor.Of(name, left, kept.ToArray());
    }

    private static void MoveKeyBias(float[] bias, bool[] goes, VitShape shape)
    {
        int d = shape.HeadDim, inner = bias.Length / 3, heads = inner / d;
        for (int channel = 0; channel < d; channel++)
        {
            double moved = 0;
            int left = 0;
            for (int h = 0; h < heads; h++)
            {
                int at = inner + (h * d) + channel;
                if (goes[at]) moved += bias[at];
                else left++;
            }

            for (int h = 0; h < heads; h++)
            {
                int at = inner + (h * d) + channel;
                if (!goes[at]) bias[at] = (float)(bias[at] + (moved / left));
            }
        }
    }

    private static bool[] Marks(int count, IEnumerable<GroupMember> ranges)
    {
        bool[] marks = new bool[count];
        foreach (var range in ranges) marks.AsSpan(range.Start, range.Length).Fill(true);
        return marks;
    }

    /// <summary>The masks of a model file; a matrix without one keeps all weights.</summary>
    private sealed class MaskedTensors
    {
        private readonly string _file;
        private readonly Dictionary<string, Mask> _masks = [];

        public MaskedTensors(Checkpoint model, VitShape shape)
        {
            _file = model.Source;
            foreach (var (name, _, extents, role) in ParameterTable.Of(shape))
            {
                if (role != ParameterRole.Prunable) continue;
                var mask = new Mask(extents[0], extents[1]);
                if (model.Contains(CheckpointKeys.Mask + name)) mask.Replace(model.Mask(name, (int)extents.Count));
                _masks.Add(name, mask);
            }
        }

        public bool IsDead(StructuredGroup group) => group.Members.All(member => Kept(member) == 0);

        /// <summary>Any pruned weight must lie in one of the groups.</summary>
        public void RequireNothingBeside(IEnumerable<StructuredGroup> dead)
        {
            var members = dead.SelectMany(g => g.Members).ToLookup(m => m.Tensor);
            foreach (var (name, mask) in _masks)
            {
                bool[] rows = Marks(mask.Rows, members[name].Where(m => m.Axis == GroupAxis.Rows));
                bool[] columns = Marks(mask.Columns, members[name].Where(m => m.Axis == GroupAxis.Columns));
                for (int r = 0; r < mask.Rows; r++)
                {
                    for (int c = 0; c < mask.Columns; c++)
                    {
                        if (mask[r, c] || rows[r] || columns[c]) continue;
                        throw new CheckpointFormatException(
                            _file,
                            CheckpointKeys.Mask + name,
                            $"prunes single weights, such as [{r}, {c}]; only whole heads and MLP units can be cut out "
                            + "(pruning.method heads or mlp-units). Model files hold single weights sparsely as it is");
                    }
                }
            }
        }

        private int Kept(GroupMember member)
        {
            var mask = _masks[member.Tensor];
            bool byRow = member.Axis == GroupAxis.Rows;
            int kept = 0;
            for (int i = member.Start; i < member.Start + member.Length; i++)
            {
                for (int other = 0; other < (byRow ? mask.Columns : mask.Rows); other++)
                    if (byRow ? mask[i, other] : mask[other, i]) kept++;
            }

            return kept;
        }
    }
}
