using NeuralBurden.Pruning.Catalog;
using OwnMethod;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// A method of one's own: a criterion in one small class, composed and registered without touching a trainer.
/// </summary>
public sealed class OwnMethodTests
{
    [Fact]
    public void A_criterion_of_ones_own_joins_the_catalogue()
    {
        var tensors = Toys.Three();
        var catalog = MethodCatalog.BuiltIn.With(RowRelative.Preset);
        var pruner = catalog.CreatePruner(Toys.Options("row-relative", 0.75), tensors, Toys.Groups, 40, 1);
        for (int step = 0; step < 40; step++)
        {
            Toys.TrainStep(pruner, new ToyAdamW(), step);
            pruner.CheckInvariants();
        }

        Assert.Equal(288 - 216, pruner.Kept);
        Assert.Equal(0.75, pruner.Sparsity);
    }
}
