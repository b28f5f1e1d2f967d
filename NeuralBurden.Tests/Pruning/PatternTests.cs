using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

public sealed class PatternTests
{
    [Fact]
    public void One_shot_keeps_two_of_four_ties_by_index()
    {
        var trace = new Trace(Trace.Options("nm-2-4", null, 1, 1, 1, 1), [1, -2, 3, -4, 8, 8, 8, 8]);
        Assert.Equal("11111111", trace.Rest(0));
        Assert.Equal("00111100", trace.Rest(1));
        Assert.Equal("00111100", trace.Step(2, 1, 9, 9, 0, 0, 0, 0, 9, 9));
        Assert.Equal([0, 0, 3, -4, 8, 8, 0, 0], trace.Weights);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 4)]
    [InlineData(1, 10)]
    [InlineData(3, 7)]
    [InlineData(64, 64)]
    public void No_group_keeps_more_than_n_and_the_tail_keeps_its_share_but_one_at_least(int n, int m)
    {
        var tensors = Toys.Three();
        var options = Toys.Options("nm-2-4", null, ("n", $"{n}"), ("m", $"{m}"));
        var pruner = Toys.Pruner(options, tensors);
        for (int step = 0; step < 25; step++) Toys.TrainStep(pruner, new ToyAdamW(), step);
        foreach (var tensor in tensors)
        {
            for (int row = 0; row < tensor.Rows; row++)
            {
                for (int start = 0; start < tensor.Columns; start += m)
                {
                    int length = Math.Min(m, tensor.Columns - start);
                    int kept = Enumerable.Range(start, length).Count(c => tensor.Mask[row, c]);
                    Assert.Equal(length == m ? n : Math.Max(1, length - (int)Math.Round((1 - ((double)n / m)) * length)), kept);
                    Assert.True(kept <= n);
                }
            }
        }
    }

    [Theory]
    [InlineData(0.9, 6)]
    [InlineData(0.95, 3)]
    public void A_short_last_group_keeps_its_largest_weight_so_that_no_input_dies_of_its_place(double sparsity, int whole)
    {
        var tensor = Toys.Tensor("w", 40, 64, 5);
        var pruner = Toys.Pruner(Toys.Options("sr-ste", sparsity), [tensor]);
        Toys.TrainStep(pruner, new ToySgd(rate: 0), 0);
        for (int row = 0; row < 40; row++)
        {
            int largest = 60;
            for (int c = 61; c < 64; c++)
                if (MathF.Abs(tensor.Weights[(row * 64) + c]) > MathF.Abs(tensor.Weights[(row * 64) + largest])) largest = c;
            for (int c = 60; c < 64; c++) Assert.Equal(c == largest, tensor.Mask[row, c]);
            Assert.Equal(whole + 1, Toys.InRow(tensor.Mask, row));
        }
    }

    [Fact]
    public void Gates_rank_heads_by_their_share_of_what_a_layers_heads_do()
    {
        // Two layers of three heads of width 2; the second's losses are a thousand times smaller.
        const int heads = 3, width = 2, dim = heads * width;
        var gates = new FixedGates(new() { ["0"] = [5, 0.1f, 4], ["1"] = [0.0001f, 0.003f, 0.0002f] });
        var tensors = new List<PrunableTensor>();
        var groups = new List<StructuredGroup>();
        for (int layer = 0; layer < 2; layer++)
        {
            var qkv = Toys.Tensor($"{layer}.qkv", 3 * dim, dim, layer);
            var proj = Toys.Tensor($"{layer}.proj", dim, dim, 9 + layer);
            tensors.AddRange([qkv, proj]);
            for (int h = 0; h < heads; h++)
            {
                groups.Add(new StructuredGroup("heads", $"{layer}", h,
                [
                    .. Enumerable.Range(0, 3).Select(part =>
                        new GroupMember(qkv.Name, GroupAxis.Rows, (part * dim) + (h * width), width)),
                    new GroupMember(proj.Name, GroupAxis.Columns, h * width, width),
                ]));
            }
        }

        var options = Toys.Options("heads", 0.5, ("criterion", "gate")) with
        {
            Start = TrainingPoint.Step(1),
            End = TrainingPoint.Step(1),
            Stop = TrainingPoint.Step(1),
        };
        var catalog = NeuralBurden.Pruning.Catalog.MethodCatalog.BuiltIn;
        var pruner = catalog.CreatePruner(options, tensors, groups, 10, 1, gates);
        Assert.Equal((null, "heads", null), (pruner.NeedsGates(0), pruner.NeedsGates(1), pruner.NeedsGates(2)));
        Assert.Equal(GradientNeed.Masked, pruner.GradientNeed(1));
        pruner.Step(0);
        pruner.Step(1);

        // Shares are 0.78, 0.02, 0.62 and 0.03, 1.00, 0.07.
        for (int layer = 0; layer < 2; layer++)
        {
            bool[] kept = layer == 0 ? [true, false, true] : [false, true, false];
            for (int c = 0; c < dim; c++) Assert.Equal(kept[c / width], tensors[(2 * layer) + 1].Mask[0, c]);
            for (int r = 0; r < 3 * dim; r++) Assert.Equal(kept[r % dim / width], tensors[2 * layer].Mask[r, 0]);
        }
    }

    [Fact]
    public void Gates_need_someone_who_measures_them_and_a_loss_that_depends_on_something()
    {
        var options = Toys.Options("heads", 0.5, ("criterion", "gate")) with
        {
            Start = TrainingPoint.Step(0),
            End = TrainingPoint.Step(0),
        };
        Assert.Contains("measures", Assert.Throws<SettingException>(() => Toys.Pruner(options, Toys.Three())).Message);
        var nothing = new FixedGates(new() { ["attn"] = new float[4] });
        var pruner = NeuralBurden.Pruning.Catalog.MethodCatalog.BuiltIn.CreatePruner(
            options, Toys.Three(), Toys.Groups, 40, 1, nothing);
        var wrong = Assert.Throws<SettingException>(() => pruner.Step(0));
        Assert.Equal("start", wrong.Key);
    }

    [Fact]
    public void Sparsity_alone_chooses_the_ratio()
    {
        Assert.Equal("1100", new Trace(Toys.Options("sr-ste", 0.5), [4, 3, 2, 1]).Rest(0));
        Assert.Equal("1000", new Trace(Toys.Options("sr-ste", 0.75), [4, 3, 2, 1]).Rest(0));
        Assert.Equal("1000000000", new Trace(
            Toys.Options("sr-ste", 0.9), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]).Rest(0));
        var wrong = Assert.Throws<SettingException>(
            () => new Trace(Toys.Options("sr-ste", 0.9, ("n", "2"), ("m", "4")), [1, 2, 3, 4]));
        Assert.Equal("sparsity", wrong.Key);
    }

    [Fact]
    public void A_training_whose_masks_broke_their_pattern_does_not_end_as_if_they_had_not()
    {
        float[] weights = [1, 2, 3, 4, 4, 3, 2, 1];
        var trace = new Trace(Trace.Options("sr-ste", 0.5, 0, 0, 10, 1, ("n", "2"), ("m", "4")), weights);
        Assert.Equal("00111100", trace.Rest(0));
        trace.Force("00111110", weights);

        var error = Assert.Throws<PruningInvariantException>(trace.Pruner.Finish);

        Assert.Contains("'w': group at [0, 4] keeps 3, not 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_live_and_die_by_their_mean_also_at_the_edges()
    {
        // 3 x 5 in 2 x 2 blocks: means 1, 2, 3 above (the last one column wide), 6, 5, 4 below (one row
        // high).
        float[] weights = [1, 1, 2, -2, 3, -1, 1, 2, 2, 3, 6, 6, -5, 5, 4];
        var options = Trace.Options("block", 0.5, 0, 0, 0, 1, ("block_rows", "2"), ("block_columns", "2"));
        var trace = new Trace(options, weights, rows: 3);
        Assert.Equal("000000000011111", trace.Rest(0));
    }

    [Fact]
    public void Whole_rows_are_blocks_too()
    {
        var tensor = Toys.Of("w", 3, 2, 1, 1, 5, 5, 2, 2);
        var pattern = new BlockPattern(1, int.MaxValue);
        pattern.Attach(new PruningContext([tensor], [], 10, 1));
        Assert.Equal(3, pattern.TotalUnits);
        float[] units = new float[3];
        pattern.Reduce([1, 1, 5, 5, 2, 2], units);
        Assert.Equal([1, 5, 2], units);
        pattern.WriteMasks([0b010]);
        Assert.Equal("001100", Toys.Text(tensor));
    }

    [Fact]
    public void Heads_go_whole_and_every_set_keeps_one()
    {
        var tensors = Toys.Three();
        var weights = tensors[0].Edit(TensorPart.Weights);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 1 + i / 16 % 4; // two rows of 8 per head and part
        var pruner = Toys.Pruner(Toys.Options("heads", 0.5) with { UpdateEvery = 1 }, tensors);
        for (int step = 0; step < 40; step++)
        {
            pruner.WriteEffective();
            foreach (var tensor in tensors) tensor.Edit(TensorPart.Gradient).Clear();
            pruner.AfterBackward(step);
            pruner.Step(step);
            pruner.CheckInvariants();
        }

        for (int row = 0; row < 24; row++)
            Assert.Equal(row / 2 % 4 >= 2 ? 8 : 0, Toys.InRow(tensors[0].Mask, row));
        Assert.Equal(1, tensors[1].Mask.Density);

        pruner = Toys.Pruner(Toys.Options("heads", 0.99), tensors = Toys.Three());
        for (int step = 0; step < 40; step++) Toys.TrainStep(pruner, new ToySgd(), step);
        Assert.Equal(6, Enumerable.Range(0, 24).Count(row => Toys.InRow(tensors[0].Mask, row) == 8));
    }

    [Fact]
    public void Mlp_units_take_a_row_of_one_matrix_and_a_column_of_the_other()
    {
        var tensors = Toys.Three();
        var pruner = Toys.Pruner(Toys.Options("mlp-units", 0.5), tensors);
        for (int step = 0; step < 40; step++) Toys.TrainStep(pruner, new ToyAdamW(), step);
        int[] columns = [.. Enumerable.Range(0, 6).Select(c => Toys.InColumn(tensors[2].Mask, c))];
        for (int unit = 0; unit < 6; unit++) Assert.Equal(columns[unit], Toys.InRow(tensors[1].Mask, unit));
        Assert.Equal(3, columns.Count(count => count == 8));
        Assert.Equal(3, columns.Count(count => count == 0));
    }

    [Fact]
    public void Groups_that_do_not_fit_are_refused_by_name()
    {
        Refused("overlaps", new("k", "set", 0, [Rows(0, 2)]), new("k", "set", 1, [Rows(1, 2)]));
        Refused("outside", new StructuredGroup("k", "set", 0, [Rows(5, 2)]));
        Refused("no members", new StructuredGroup("k", "set", 0, []));
        Refused("'gone'", new StructuredGroup("k", "set", 0, [new("gone", GroupAxis.Rows, 0, 1)]));
        Refused("declares no", new StructuredGroup("other", "set", 0, [Rows(0, 1)]));

        static GroupMember Rows(int start, int length) => new("w", GroupAxis.Rows, start, length);

        static void Refused(string part, params StructuredGroup[] groups)
        {
            var context = new PruningContext([HostPrunableTensor.Allocate("w", 6, 2)], groups, 10, 1);
            var error = Assert.Throws<SettingException>(() => new GroupPattern("k").Attach(context));
            Assert.Contains(part, error.Message);
        }
    }

    private sealed class FixedGates(Dictionary<string, float[]> sets) : IGroupGates
    {
        public ReadOnlySpan<float> Read(string kind, string set) => sets[set];
    }
}
