using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// Every part composed with every other: the laws hold for all combinations, or the combination is refused.
/// </summary>
public sealed class CompositionTests
{
    private const int Last = 10;

    private static readonly Dictionary<string, Func<Pattern>> Patterns = new()
    {
        ["unstructured"] = () => new UnstructuredPattern(),
        ["2:4"] = () => new NofMPattern(2, 4),
        ["block"] = () => new BlockPattern(2, 3),
        ["rows"] = () => new BlockPattern(1, int.MaxValue),
        ["heads"] = () => new GroupPattern("heads"),
        ["mlp-units"] = () => new GroupPattern("mlp-units"),
    };

    private static readonly Dictionary<string, Func<Criterion>> Criteria = new()
    {
        ["magnitude"] = () => new MagnitudeCriterion(),
        ["saliency"] = () => new SaliencyCriterion(),
        ["movement"] = () => new MovementCriterion(0.1),
        ["random"] = () => new RandomCriterion(),
    };

    private static readonly Dictionary<string, Func<Growth?>> Growths = new()
    {
        ["none"] = () => null,
        ["random"] = () => new Growth(new RandomCriterion(CounterRandom.Growth), Cycle),
        ["gradient"] = () => new Growth(new GradientCriterion(), Cycle),
        ["per sign"] = () => new Growth(new GradientCriterion(), Cycle, DropRule.PerSign),
    };

    private static readonly Func<double, SparsitySchedule>[] Schedules =
    [
        s => new ConstantSchedule(s), s => new OneShotSchedule(s, 6), s =>
        new MultiStepSchedule(0, s, 2, 8, 4),
        s => new CubicSchedule(0, s, 2, 8), s => new ExponentialSchedule(0, s, 2, 8),
    ];

    private static readonly Persistence[] Persistences =
        [Persistence.Zeroed, Persistence.Frozen, Persistence.Dense, Persistence.Decayed(0.01)];

    private static readonly double[] Sparsities = [0, 0.37, 0.9, 1];

    private static DropGrowCycle Cycle => new(0.3, Annealing.Constant, Last);

    public static TheoryData<string, string, string> Combinations
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (string pattern in Patterns.Keys)
            {
                foreach (string criterion in Criteria.Keys)
                    foreach (string growth in Growths.Keys) data.Add(pattern, criterion, growth);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Laws_hold_over_schedules_distributions_and_persistences(
        string pattern, string criterion, string growth)
    {
        foreach (var schedule in Schedules)
        {
            foreach (string distribution in Distribution.Names)
            {
                foreach (var persistence in Persistences)
                {
                    // The extremes once: they do not depend on what happens to pruned weights.
                    double[] sparsities = persistence == Persistence.Zeroed ? Sparsities : Sparsities[1..3];
                    foreach (double sparsity in sparsities)
                        Run(pattern, criterion, growth, schedule(sparsity), distribution, persistence);
                }
            }
        }
    }

    private static void Run(
        string pattern, string criterion, string growth, SparsitySchedule schedule, string distribution,
        Persistence persistence)
    {
        var units = Patterns[pattern]();
        var parts = new MethodParts
        {
            Schedule = schedule,
            Window = new PruningWindow(schedule.Start, schedule.End, Last, 3),
            Pattern = units,
            Criterion = Criteria[criterion](),
            Growth = Growths[growth](),
            Distribution = Distribution.Parse(distribution),
            Persistence = persistence,
        };
        bool unfit = parts.Growth != null && (!units.HasFreeUnits || persistence.Returns
            || (parts.Growth.Drop == DropRule.PerSign && (
                pattern != "unstructured" || criterion != "magnitude")));
        if (unfit)
        {
            Assert.Throws<SettingException>(() => new ComposedMethod(parts));
            return;
        }

        var tensors = Toys.Three();
        var pruner = new Pruner(new ComposedMethod(parts), new PruningContext(tensors, Toys.Groups, 12, 5));
        var before = tensors.Select(tensor => new Mask(tensor.Rows, tensor.Columns)).ToArray();
        for (int step = 0; step < 12; step++)
        {
            for (int t = 0; t < 3; t++) before[t].CopyFrom(tensors[t].Mask);
            Toys.TrainStep(pruner, new ToySgd(), step);
            pruner.CheckInvariants();
            if (!parts.Window.IsUpdate(step))
            {
                for (int t = 0; t < 3; t++) Assert.Equal(0, before[t].XorCount(tensors[t].Mask));
            }
            else
            {
                CheckCounts(units, parts.Distribution, schedule.At(step));
                if (parts.Growth == null && !persistence.Returns)
                {
                    for (int t = 0; t < 3; t++)
                        Assert.Equal(tensors[t].Mask.Count, before[t].AndCount(tensors[t].Mask));
                }
            }
        }
    }

    private static void CheckCounts(Pattern pattern, Distribution distribution, double sparsity)
    {
        ulong[] bits = new ulong[pattern.TotalWords];
        pattern.ReadMasks(bits);
        int[] keep = new int[pattern.Segments.Length];
        distribution.Allocate(sparsity, pattern.Segments, keep);
        if (pattern is NofMPattern nm)
        {
            for (int s = 0; s < keep.Length; s++)
            {
                var segment = pattern.Segments[s];
                int tail = segment.Columns % nm.M;
                keep[s] = segment.Rows
                    * (segment.Columns / nm.M * nm.Keep(nm.M, sparsity) + (
                        tail > 0 ? nm.Keep(tail, sparsity) : 0));
            }
        }

        int[] counts = keep.Select((_, s) => Ones(pattern.Words(bits, s))).ToArray();
        if (!distribution.IsGlobal || pattern is NofMPattern)
        {
            Assert.Equal(keep, counts);
            return;
        }

        Assert.Equal(Math.Max(KeepCount.Of(pattern.TotalUnits, sparsity), keep.Sum()), counts.Sum());
        for (int s = 0; s < keep.Length; s++) Assert.True(counts[s] >= keep[s]);
    }

    private static int Ones(ReadOnlySpan<ulong> words)
    {
        int ones = 0;
        foreach (ulong word in words) ones += System.Numerics.BitOperations.PopCount(word);
        return ones;
    }
}
