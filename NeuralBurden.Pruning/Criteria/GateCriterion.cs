using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// Scores whole groups by gates on their output (arXiv 1905.10650, equation 2). With A the output of group h for one token,
/// a row as wide as the group, the score is the sum of |A . dL/dA| over all tokens of the batch's images, divided by the
/// Euclidean norm of such sums over the groups of the set (a layer), so that layers compete by share. Every weight of a
/// group gets its group's score.
/// </summary>
/// <remarks>
/// A . dL/dA is the derivative of the loss by a gate that multiplies A, at 1. The absolute value is taken token by token, as
/// in the authors' program; their equation writes it around an image's sum.
/// </remarks>
/// <param name="kind">Kind of the groups.</param>
public sealed class GateCriterion(string kind) : Criterion
{
    private IGrouping<string, StructuredGroup>[] _sets = [];
    private IGroupGates? _gates;

    public override string Name => "gate";

    public override string? NeedsGates(bool maskUpdate) => maskUpdate ? kind : null;

    /// <exception cref="SettingException">Nobody measures gates here.</exception>
    public override void Attach(PruningContext context)
    {
        _gates = context.Gates ?? throw new SettingException(
            "parameters.criterion", "'gate' needs a trainer that measures gates of groups");
        _sets = [.. context.Groups.Where(group => group.Kind == kind).GroupBy(group => group.Set)];
    }

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores)
    {
        scores.Clear();
        foreach (var set in _sets)
        {
            var gates = _gates!.Read(kind, set.Key);
            double squares = 0;
            foreach (float gate in gates) squares += (double)gate * gate;
            if (squares == 0) continue;
            double norm = Math.Sqrt(squares);
            foreach (var group in set)
            {
                for (int m = 0; m < group.Members.Count; m++)
                {
                    if (group.Members[m].Tensor != tensor.Name) continue;
                    Fill(tensor, group.Members[m], scores, (float)(gates[group.Index] / norm));
                }
            }
        }
    }

    private static void Fill(PrunableTensor tensor, GroupMember member, Span<float> scores, float score)
    {
        var (row, height) = member.Axis == GroupAxis.Rows ? (member.Start, member.Length) : (0, tensor.Rows);
        var (column, width) = member.Axis == GroupAxis.Rows ? (0, tensor.Columns) : (member.Start, member.Length);
        for (int r = row; r < row + height; r++) scores.Slice(r * tensor.Columns + column, width).Fill(score);
    }
}
