using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// Scores whole groups by the gradient of a gate on their output: with L(xi) the loss when group h's output A_h is
/// multiplied by xi, |dL/dxi| at xi = 1 is |sum over images and tokens of A_h . dL/dA_h|, the first-order change of the
/// loss if the group went (arXiv 1905.10650). Every weight of a group gets its group's score, divided by the Euclidean
/// norm of the scores of its set, so that layers compete by share.
/// </summary>
/// <remarks>
/// The sum needs no activations: where the output enters the model through columns W_h of one matrix, it is the sum of
/// W_h * dL/dW_h. The absolute value is therefore that of a batch's sum; the source's code takes it token by token.
/// </remarks>
/// <param name="kind">Kind of the groups.</param>
public sealed class GateCriterion(string kind) : Criterion
{
    private StructuredGroup[] _groups = [];
    private int[] _sets = [];
    private double[] _gates = [];
    private double[] _norms = [];

    public override string Name => "gate";

    public override bool NeedsGradient(bool maskUpdate) => maskUpdate;

    /// <exception cref="SettingException">A group's output enters through no columns.</exception>
    public override void Attach(PruningContext context)
    {
        _groups = [.. context.Groups.Where(group => group.Kind == kind)];
        string[] sets = [.. _groups.Select(group => group.Set).Distinct()];
        _sets = [.. _groups.Select(group => Array.IndexOf(sets, group.Set))];
        _gates = new double[_groups.Length];
        _norms = new double[sets.Length];
        var without = Array.Find(_groups, group => group.Members.All(member => member.Axis != GroupAxis.Columns));
        if (without == null) return;
        throw new SettingException(
            "parameters.criterion",
            $"'gate' needs columns that take a group's output; group {without.Index} of '{without.Set}' has none");
    }

    public override void Observe(int t, PrunableTensor tensor)
    {
        if (t == 0) Array.Clear(_gates);
        for (var g = 0; g < _groups.Length; g++)
        {
            var members = _groups[g].Members;
            for (var m = 0; m < members.Count; m++)
            {
                if (members[m].Axis == GroupAxis.Columns && members[m].Tensor == tensor.Name)
                    _gates[g] += Sum(tensor, members[m]);
            }
        }
    }

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores)
    {
        Array.Clear(_norms);
        for (var g = 0; g < _groups.Length; g++) _norms[_sets[g]] += _gates[g] * _gates[g];
        scores.Clear();
        for (var g = 0; g < _groups.Length; g++)
        {
            var norm = Math.Sqrt(_norms[_sets[g]]);
            var score = norm > 0 ? (float)(Math.Abs(_gates[g]) / norm) : 0;
            var members = _groups[g].Members;
            for (var m = 0; m < members.Count; m++)
                if (members[m].Tensor == tensor.Name) Fill(tensor, members[m], scores, score);
        }
    }

    private static double Sum(PrunableTensor tensor, GroupMember member)
    {
        ReadOnlySpan<float> weights = tensor.Weights, gradient = tensor.Gradient;
        double sum = 0;
        for (var row = 0; row < tensor.Rows; row++)
        {
            var first = row * tensor.Columns + member.Start;
            for (var i = first; i < first + member.Length; i++) sum += (double)weights[i] * gradient[i];
        }

        return sum;
    }

    private static void Fill(PrunableTensor tensor, GroupMember member, Span<float> scores, float score)
    {
        var (row, height) = member.Axis == GroupAxis.Rows ? (member.Start, member.Length) : (0, tensor.Rows);
        var (column, width) = member.Axis == GroupAxis.Rows ? (0, tensor.Columns) : (member.Start, member.Length);
        for (var r = row; r < row + height; r++) scores.Slice(r * tensor.Columns + column, width).Fill(score);
    }
}
