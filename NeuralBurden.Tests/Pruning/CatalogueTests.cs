using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>What must hold for every preset of the catalogue, under both optimizers.</summary>
public sealed class CatalogueTests
{
    public static TheoryData<string, string> Everything
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var preset in MethodCatalog.BuiltIn.Presets)
                foreach (string optimizer in (string[])["sgd", "adamw"]) data.Add(preset.Name, optimizer);
            return data;
        }
    }

    private static readonly TensorPart[] Stored =
        [TensorPart.Weights, TensorPart.FirstMoment, TensorPart.SecondMoment];

    internal static IToyOptimizer Optimizer(string name) => name == "sgd" ? new ToySgd() : new ToyAdamW();

    [Theory]
    [MemberData(nameof(Everything))]
    public void Invariants_hold_after_every_step_and_the_target_is_met_at_the_end(
        string method, string optimizer)
    {
        var tensors = Toys.Three();
        var pruner = Toys.Pruner(Toys.Options(method), tensors);
        double target = MethodCatalog.BuiltIn.Check(Toys.Options(method), 40).Sparsity;
        for (int step = 0; step < 40; step++)
        {
            Toys.TrainStep(pruner, Optimizer(optimizer), step);
            pruner.CheckInvariants();
        }

        pruner.Finish();
        pruner.CheckInvariants();
        foreach (var tensor in tensors)
            foreach (float value in tensor.Weights) Assert.True(float.IsFinite(value));

        // Shares are rounded per tensor, or per unit of a pattern; only the matrices with groups can lose
        // them.
        var pruned = method switch { "heads" => tensors[..1], "mlp-units" => tensors[1..], _ => tensors };
        double kept = pruned.Sum(tensor => tensor.Mask.Count), all = pruned.Sum(tensor => tensor.Count);
        int rounding = method == "block" ? 16 : 3;
        Assert.InRange(kept, all * (1 - target) - rounding, all * (1 - target) + rounding);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Stopping_anywhere_and_resuming_gives_bitwise_the_same_run(string method, string optimizer)
    {
        var whole = Run(method, optimizer, 30, resumeAt: -1);
        foreach (int at in (int[])[0, 1, 7, 16, 20, 29])
        {
            var resumed = Run(method, optimizer, 30, at);
            Assert.Equal(whole.State.Bytes.Keys, resumed.State.Bytes.Keys);
            foreach (var (name, bytes) in whole.State.Bytes) Assert.Equal(bytes, resumed.State.Bytes[name]);
            foreach (var (name, floats) in whole.State.Floats)
                Assert.Equal(floats, resumed.State.Floats[name]);
            for (int t = 0; t < whole.Tensors.Length; t++)
            {
                Assert.True(
                    whole.Tensors[t].Weights.SequenceEqual(resumed.Tensors[t].Weights), $"resumed at {at}");
                Assert.True(
                    whole.Tensors[t].Effective.SequenceEqual(resumed.Tensors[t].Effective),
                    $"resumed at {at}");
            }
        }
    }

    private static (HostPrunableTensor[] Tensors, PrunerState State) Run(
        string method, string optimizer, int steps, int resumeAt)
    {
        var tensors = Toys.Three();
        var pruner = Toys.Pruner(Toys.Options(method), tensors, steps);
        var updates = Optimizer(optimizer);
        for (int step = 0; step < steps; step++)
        {
            Toys.TrainStep(pruner, updates, step);
            if (step != resumeAt) continue;
            var state = pruner.Save();
            var copies = Toys.Three(seed: 99);
            pruner = Toys.Pruner(Toys.Options(method), copies, steps);
            for (int t = 0; t < tensors.Length; t++)
            {
                foreach (var part in Stored)
                    tensors[t].Read(part).CopyTo(copies[t].Edit(part));
            }

            pruner.Restore(state);
            tensors = copies;
        }

        pruner.Finish();
        return (tensors, pruner.Save());
    }
}
