using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Patterns;

/// <summary>
/// The model's structured groups of one kind (heads, MLP units): each lives and dies as a whole over all its
/// matrices, and every set keeps at least one. Weights outside the groups are never pruned. A group's score
/// is the mean score of its weights.
/// </summary>
public sealed class GroupPattern(string kind) : Pattern
{
    private StructuredGroup[][] _sets = [];
    private int[][][] _members = [];
    private ulong[][] _scratch = [];

    public override string Name => kind;

    public override void Reduce(float[] scores, float[] units)
    {
        for (int s = 0; s < _sets.Length; s++)
        {
            var means = Units(units, s);
            for (int g = 0; g < means.Length; g++)
            {
                double sum = 0;
                long count = 0;
                for (int m = 0; m < _sets[s][g].Members.Count; m++)
                {
                    var (row, column, height, width, t) = Range(s, g, m);
                    var source = Context.Slice(scores, t);
                    for (int r = row; r < row + height; r++)
                    {
                        foreach (float score in source.Slice(r * Context.Tensors[t].Columns + column, width))
                            sum += score;
                    }

                    count += (long)height * width;
                }

                means[g] = (float)(sum / count);
            }
        }
    }

    public override void ReadMasks(ulong[] bits)
    {
        for (int s = 0; s < _sets.Length; s++)
        {
            var words = Words(bits, s);
            words.Clear();
            for (int g = 0; g < _sets[s].Length; g++)
            {
                var (row, column, _, _, t) = Range(s, g, 0);
                if (Context.Tensors[t].Mask[row, column]) MaskWords.Set(words, g);
            }
        }
    }

    public override void WriteMasks(ulong[] bits)
    {
        for (int t = 0; t < _scratch.Length; t++) MaskWords.SetAll(_scratch[t], Context.Tensors[t].Count);
        for (int s = 0; s < _sets.Length; s++)
        {
            var words = Words(bits, s);
            for (int g = 0; g < _sets[s].Length; g++)
            {
                if (MaskWords.Get(words, g)) continue;
                for (int m = 0; m < _sets[s][g].Members.Count; m++)
                {
                    var (row, column, height, width, t) = Range(s, g, m);
                    for (int r = row; r < row + height; r++)
                        MaskWords.SetRange(_scratch[t], r * Context.Tensors[t].Columns + column, width, false);
                }
            }
        }

        for (int t = 0; t < _scratch.Length; t++) Context.Tensors[t].Mask.Replace(_scratch[t]);
    }

    public override void Check()
    {
        for (int s = 0; s < _sets.Length; s++)
        {
            int alive = 0;
            for (int g = 0; g < _sets[s].Length; g++)
            {
                long kept = 0, all = 0;
                for (int m = 0; m < _sets[s][g].Members.Count; m++)
                {
                    var (row, column, height, width, t) = Range(s, g, m);
                    var tensor = Context.Tensors[t];
                    for (int r = row; r < row + height; r++)
                        kept += MaskWords.CountRange(tensor.Mask.Words, r * tensor.Columns + column, width);
                    all += (long)height * width;
                }

                if (kept == all) alive++;
                if (kept == all || kept == 0) continue;
                throw new PruningInvariantException(
                    $"Group {g} of '{Segments[s].Name}' keeps {kept} of {all} weights.");
            }

            if (alive == 0)
                throw new PruningInvariantException($"Set '{Segments[s].Name}' has lost all its groups.");
        }
    }

    protected override Segment[] Divide()
    {
        _sets =
        [
            .. Context.Groups.Where(group => group.Kind == kind).GroupBy(group => group.Set)
                .Select(set => set.OrderBy(group => group.Index).ToArray()),
        ];
        if (_sets.Length == 0)
            throw new SettingException("method", $"the model declares no '{kind}'");
        _members = [.. _sets.Select(set => set.Select(TensorsOf).ToArray())];
        _scratch = [.. Context.Tensors.Select(tensor => new ulong[tensor.Mask.Words.Length])];
        Segment[] segments = [.. _sets.Select(set => new Segment(set[0].Set, set.Length, set.Length, 1))];
        CheckDisjoint();
        return segments;
    }

    private int[] TensorsOf(StructuredGroup group)
    {
        int[] tensors = new int[group.Members.Count];
        if (tensors.Length == 0) throw Wrong(group, "has no members");
        for (int m = 0; m < tensors.Length; m++)
        {
            var member = group.Members[m];
            tensors[m] = Context.IndexOf(member.Tensor);
            if (tensors[m] < 0)
                throw Wrong(group, $"needs tensor '{member.Tensor}', which is not among those pruned");
            var tensor = Context.Tensors[tensors[m]];
            int limit = member.Axis == GroupAxis.Rows ? tensor.Rows : tensor.Columns;
            if (member.Start < 0 || member.Length < 1 || member.Start + member.Length > limit)
            {
                throw Wrong(
                    group, $"has {member.Axis} [{member.Start}, +{member.Length}) outside '{tensor.Name}'");
            }
        }

        return tensors;
    }

    // Overlapping groups could neither be read back from a mask nor counted exactly.
    private void CheckDisjoint()
    {
        foreach (ulong[] scratch in _scratch) Array.Clear(scratch);
        for (int s = 0; s < _sets.Length; s++)
        {
            for (int g = 0; g < _sets[s].Length; g++)
            {
                for (int m = 0; m < _sets[s][g].Members.Count; m++)
                {
                    var (row, column, height, width, t) = Range(s, g, m);
                    for (int r = row; r < row + height; r++)
                    {
                        int start = r * Context.Tensors[t].Columns + column;
                        if (MaskWords.CountRange(_scratch[t], start, width) != 0)
                            throw Wrong(_sets[s][g], $"overlaps another in '{Context.Tensors[t].Name}'");
                        MaskWords.SetRange(_scratch[t], start, width, true);
                    }
                }
            }
        }
    }

    private static SettingException Wrong(StructuredGroup group, string problem) =>
        new("groups", $"group {group.Index} of '{group.Set}' {problem}");

    private (int Row, int Column, int Height, int Width, int Tensor) Range(int set, int group, int member)
    {
        int t = _members[set][group][member];
        var range = _sets[set][group].Members[member];
        var tensor = Context.Tensors[t];
        return range.Axis == GroupAxis.Rows
            ? (range.Start, 0, range.Length, tensor.Columns, t)
            : (0, range.Start, tensor.Rows, range.Length, t);
    }
}
