using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Methods after which a pruned weight is gone: the baselines.</summary>
internal static class GradualPresets
{
    public static MethodPreset[] All => [Dense, Fixed, OneShot, Gmp, Snip, StaticRandom];

    private static MethodPreset Dense => new()
    {
        Name = "dense",
        Summary = "No pruning: the reference to compare with.",
        Rule = "M = 1.",
        Pruned = "there is none",
        Returning = Fates.Never,
        Source = "-",
        Scaled = "None.",
        Sparsity = 0,
        TakesSparsity = false,
        Timing = MethodTiming.Fractions(0, 0, 0, 1),
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = new ConstantSchedule(0),
            Window = new PruningWindow(0, 0, 0, 1),
            Persistence = Persistence.Zeroed,
        }),
    };

    private static MethodPreset Fixed => new()
    {
        Name = "fixed",
        Summary = "Trains a pruned model further: what is zero in model.init_from stays zero.",
        Rule = "M = (W0 != 0), W0 the weights that training begins with; never updated.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Han et al., Learning both weights and connections, arXiv 1506.02626 (retraining)",
        Scaled = "None.",
        Sparsity = 0,
        TakesSparsity = false,
        Timing = MethodTiming.Fractions(0, 0, 0, 1),
        Build = _ => new FixedMaskMethod(),
    };

    private static MethodPreset OneShot => new()
    {
        Name = "oneshot",
        Summary = "Train dense, prune by magnitude once (or in equal stages), train on with the mask fixed.",
        Rule = "at start: M = top (1 - s) of |W|; W <- W M. With stages n: s k/n at n equally spaced steps until end.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Han et al., Learning both weights and connections, arXiv 1506.02626",
        Scaled = "The source's threshold is a multiple of the layer's deviation, set by hand; here it is the "
            + "sparsity that is set. One shot at half of training; with stages > 1 set pruning.end.",
        Timing = MethodTiming.Fractions(0.5, 0.5, 0.5, 16),
        Parameters = [MethodParameter.Integer("stages", 1, 1, 1000, "equal pruning steps from start to end")],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = new MultiStepSchedule(
                0, s.Sparsity, s.Window.Start, s.Window.End, (int)s.Values.Integer("stages")),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
        }),
    };

    private static MethodPreset Gmp => new()
    {
        Name = "gmp",
        Summary = "Gradual magnitude pruning: weights are zeroed and cannot return.",
        Rule = "every p steps: M = top (1 - s_t) of |W| within the old mask, s_t cubic; W and its moments <- 0 where M = 0.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Zhu and Gupta, arXiv 1710.01878, section 3",
        Scaled = "The source prunes every layer to the same sparsity (pruning.distribution: uniform), every 1000 steps until "
            + "110 of 160 epochs (69 %). Here one threshold over all layers, as GraNet's baseline has it, every 16 steps from 5 "
            + "% to 70 %.",
        Timing = MethodTiming.Fractions(0.05, 0.70, 0.70, 16),
        Parameters =
        [
            MethodParameter.Choice(
                "schedule", "cubic", ["cubic", "exponential", "linear"], "ramp from start to end"),
            MethodParameter.Choice(
                "criterion", "magnitude", ["magnitude", "saliency", "random"], "what ranks weights"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = Ramp(s),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Criterion = Ranking(s.Values.Choice("criterion")),
        }),
    };

    private static MethodPreset Snip => new()
    {
        Name = "snip",
        Summary = "Prune once, near initialisation, by connection sensitivity; the mask stays.",
        Rule = "at start, on one batch: M = top (1 - s) of |W dL/dW|; W <- W M.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Lee, Ajanthan, Torr, SNIP, arXiv 1810.02340, section 4",
        Scaled = "Not on the very first batch: this program's classifier starts at zero, so that the first "
            + "gradient of every other matrix is zero and ranks nothing (refused). Here after 1 % of training, "
            + "and that batch trains as well. Only the matrices of blocks are ranked, and each keeps 0.5 %.",
        Timing = MethodTiming.Fractions(0.01, 0.01, 0.01, 1),
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = new OneShotSchedule(s.Sparsity, s.Window.Start),
            Window = new PruningWindow(s.Window.Start, s.Window.Start, s.Window.Start, 1),
            Distribution = Distribution.Parse(s.Distribution),
            Criterion = new SaliencyCriterion(),
        }),
    };

    private static MethodPreset StaticRandom => new()
    {
        Name = "static-random",
        Summary = "A random mask before the first step, never changed: the control for every method.",
        Rule = "M random with Erdos-Renyi layer densities; W <- W M.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Liu et al., The unreasonable effectiveness of random pruning, arXiv 2202.02643",
        Scaled = "None known.",
        Distribution = "erk",
        Timing = MethodTiming.Fractions(0, 0, 0, 1),
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = new ConstantSchedule(s.Sparsity),
            Window = new PruningWindow(0, 0, 0, 1),
            Distribution = Distribution.Parse(s.Distribution),
            InitialCriterion = new RandomCriterion(CounterRandom.InitialMask),
        }),
    };

    private static SparsitySchedule Ramp(MethodSettings s) => s.Values.Choice("schedule") switch
    {
        "exponential" => new ExponentialSchedule(0, s.Sparsity, s.Window.Start, s.Window.End),
        "linear" => new CubicSchedule(0, s.Sparsity, s.Window.Start, s.Window.End, power: 1),
        _ => s.Cubic(),
    };

    private static Criterion Ranking(string name) => name switch
    {
        "saliency" => new SaliencyCriterion(),
        "random" => new RandomCriterion(),
        _ => new MagnitudeCriterion(),
    };
}
