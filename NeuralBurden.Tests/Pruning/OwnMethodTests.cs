using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Parts;
using NeuralBurden.Pruning.Parts.Criteria;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// A method of one's own: a criterion in one small class, composed and registered without touching a trainer.
/// </summary>
public sealed class OwnMethodTests
{
    private sealed class RowEnergy(float epsilon) : Criterion
    {
        public override string Name => "row-relative";

        public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores)
        {
            for (var row = 0; row < tensor.Rows; row++)
            {
                var weights = tensor.Weights.Slice(row * tensor.Columns, tensor.Columns);
                var norm = epsilon;
                foreach (var w in weights) norm += w * w;
                for (var c = 0; c < weights.Length; c++)
                    scores[row * tensor.Columns + c] = weights[c] * weights[c] / norm;
            }
        }
    }

    private static MethodPreset RowRelative => new()
    {
        Name = "row-relative",
        Summary = "Gradual pruning by the share of a weight in the energy of its row.",
        Rule = "score = w_ij^2 / (eps + sum_j w_ij^2)",
        Source = "this test",
        Timing = MethodTiming.Fractions(0, 0.5, 0.75, 8),
        Parameters = [MethodParameter.Number("epsilon", 1e-6, 0, 1, "guard for empty rows")],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = s.Cubic(),
            Window = s.Window,
            Criterion = new RowEnergy((float)s.Values.Number("epsilon")),
            Persistence = Persistence.Dense,
        }),
    };

    [Fact]
    public void A_criterion_of_ones_own_joins_the_catalogue()
    {
        var tensors = Toys.Three();
        var catalog = MethodCatalog.BuiltIn.With(RowRelative);
        var pruner = catalog.CreatePruner(Toys.Options("row-relative", 0.75), tensors, Toys.Groups, 40, 1);
        for (var step = 0; step < 40; step++)
        {
            Toys.TrainStep(pruner, new ToyAdamW(), step);
            pruner.CheckInvariants();
        }

        Assert.Equal(288 - 216, pruner.Kept);
        Assert.Equal(0.75, pruner.Sparsity);
    }
}
