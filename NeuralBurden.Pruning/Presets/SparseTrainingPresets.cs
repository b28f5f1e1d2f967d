using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Sparse from the start (or nearly so), exploring by drop and grow.</summary>
internal static class SparseTrainingPresets
{
    private static readonly string[] Annealings = ["cosine", "constant", "linear"];

    public static MethodPreset[] All => [Set, RigL, GraNet, Itop, TopKast];

    private static MethodPreset Set => new()
    {
        Name = "set",
        Summary = "Sparse evolutionary training: drop the smallest of each sign, grow at random.",
        Rule = "random Erdos-Renyi mask; every p steps and layer: drop the fraction zeta of the smallest positive and of the "
            + "largest negative weights, grow as many at random among those not kept; grown weights and moments 0.",
        Pruned = Fates.Gone,
        Returning = Fates.Grown,
        Source = "Mocanu et al., arXiv 1707.04780",
        Scaled = "Reference: every epoch to the end; a weight dropped and grown again starts at 0. Here every 64 steps until 90 "
            + "% of training, so that the last grown weights are trained, and such a weight keeps its value.",
        Distribution = "erk",
        Timing = MethodTiming.Fractions(0, 0.90, 0.90, 64),
        Parameters = [MethodParameter.Number("zeta", 0.3, 0, 1, "fraction of kept weights exchanged")],
        Build = s => Cycle(s, new Growth(
            new RandomCriterion(CounterRandom.Growth),
            new DropGrowCycle(s.Values.Number("zeta"), Annealing.Constant, s.Window.Stop), DropRule.PerSign)),
    };

    private static MethodPreset RigL => new()
    {
        Name = "rigl",
        Summary = "The rigged lottery: drop by magnitude, grow by gradient.",
        Rule = "every p steps until stop: drop n = floor(f_t kept) smallest |W|, grow n largest |dL/dW| among all then not "
            + "kept; f_t = alpha/2 (1 + cos(pi t / T)), T = stop; grown weights and their moments 0; dropped and grown keep "
            + "their value.",
        Pruned = Fates.Gone,
        Returning = Fates.Grown,
        Source = "Evci et al., arXiv 1911.11134, section 3",
        Scaled = "Reference: every 100 steps of 97,656, until 75,000, from step 0 on. Here every 32 steps until 75 %, the first "
            + "time after 32, as the classifier starts at zero and gives the first batch no gradient. There a mask update takes "
            + "a batch of its own that is no training step; here the batch whose gradient grows weights trains the kept ones "
            + "too, so that a run makes as many training steps in both. Ties are broken by index, there by noise of 1e-5.",
        Distribution = "erk",
        Timing = MethodTiming.Fractions(0, 0.75, 0.75, 32),
        Parameters =
        [
            MethodParameter.Number("alpha", 0.3, 0, 1, "fraction of kept weights exchanged at the start"),
            MethodParameter.Choice("anneal", "cosine", Annealings, "how the fraction falls to 0 at stop"),
        ],
        Build = s => Cycle(s, new Growth(
            new GradientCriterion(),
            new DropGrowCycle(s.Values.Number("alpha"), Anneal(s), s.Window.Stop))),
    };

    private static MethodPreset GraNet => new()
    {
        Name = "granet",
        Summary = "Gradual pruning with zero-cost neuroregeneration: prune globally, then drop and regrow by gradient.",
        Rule = "every p steps: M = top (1 - s_t) of |W| globally within the mask, s_t cubic; then drop a fraction r_t of the "
            + "kept and grow as many by |dL/dW|, to the end of training; r_t from drop to 0.005 by a cosine over all of it.",
        Pruned = Fates.Gone,
        Returning = "starts at 0 with moments 0, also one that the ramp pruned in the same update; one "
            + "dropped and grown in the same update keeps both",
        Source = "Liu et al., arXiv 2106.10404",
        Scaled = "Reference: every 1000 steps, ramp until epoch 110 of 160. Here every 32 steps, ramp from 5 % to 69 %. "
            + "Distribution erk, where chosen, is solved anew at every step of the ramp.",
        Timing = MethodTiming.Fractions(0.05, 0.69, 1, 32),
        Parameters =
        [
            MethodParameter.Number("drop", 0.5, 0.005, 1, "fraction exchanged at the start; 0.005 at the end of training"),
            MethodParameter.Number(
                "initial_sparsity", 0, 0, 0.99, "random Erdos-Renyi sparsity to start from"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = s.Cubic(s.Values.Number("initial_sparsity")),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            InitialCriterion = s.Values.Number("initial_sparsity") > 0
                ? new RandomCriterion(CounterRandom.InitialMask)
                : null,
            Growth = new Growth(
                new GradientCriterion(),
                new DropGrowCycle(s.Values.Number("drop"), Annealing.Cosine, s.TotalSteps, 0.005)),
        }),
    };

    private static MethodPreset Itop => new()
    {
        Name = "itop",
        Summary = "In-time over-parameterisation: SET or RigL with long periods, so that many weights get their turn.",
        Rule = "as set or rigl with a long period and a large drop, by a cosine to 0.",
        Pruned = Fates.Gone,
        Returning = Fates.Grown,
        Source = "Liu et al., arXiv 2102.02887",
        Scaled = "Reference: every 1500 (random) or 4000 (gradient) steps over 250 epochs. Here every 128 until 90 %.",
        Distribution = "erk",
        Timing = MethodTiming.Fractions(0, 0.90, 0.90, 128),
        Parameters =
        [
            MethodParameter.Choice("growth", "gradient", ["gradient", "random"], "how weights are grown"),
            MethodParameter.Number("drop", 0.5, 0, 1, "fraction of kept weights exchanged at the start"),
        ],
        Build = s => Cycle(s, new Growth(
            s.Values.Choice("growth") == "random"
                ? new RandomCriterion(CounterRandom.Growth)
                : new GradientCriterion(),
            new DropGrowCycle(s.Values.Number("drop"), Annealing.Cosine, s.Window.Stop))),
    };

    private static MethodPreset TopKast => new()
    {
        Name = "topkast",
        Summary = "Top-KAST: forward with the largest weights, gradients to a superset of them.",
        Rule = "A = top D of |W|, B = top D + explore (1 - D); forward W 1_A; g <- g + r w on A, g + (r / D) w on B minus A, 0 "
            + "elsewhere; D = 1 - s.",
        Pruned = "in B it makes the optimizer's step from g + (r / D) w; outside B it keeps its value, with moments 0; no "
            + "weight decay but r; the norm that clips counts A alone; after stop B is A",
        Returning = Fates.AsItIs,
        Source = "Jayakumar et al., arXiv 2106.03517",
        Scaled = "Masks every 16 steps until 90 % of training.",
        Distribution = "uniform",
        Timing = MethodTiming.Fractions(0, 0.90, 0.90, 16),
        Parameters =
        [
            MethodParameter.Number("explore", 0.4, 0, 1, "share of the pruned weights that still learn"),
            MethodParameter.Number("penalty", 1e-4, 0, 1, "L2 strength r"),
        ],
        Build = s => new TopKastMethod(
            new MethodParts
            {
                Schedule = new ConstantSchedule(s.Sparsity),
                Window = s.Window,
                Distribution = Distribution.Parse(s.Distribution),
            },
            s.Values.Number("explore"), s.Values.Number("penalty")),
    };

    // Constant sparsity from a random start. The first exchange comes one period in: at step 0 nothing is
    // learned yet.
    private static ComposedMethod Cycle(MethodSettings s, Growth growth)
    {
        long start = Math.Min(Math.Max(s.Window.Start, s.Window.Every), s.Window.Stop);
        return new ComposedMethod(new MethodParts
        {
            Schedule = new ConstantSchedule(s.Sparsity),
            Window = new PruningWindow(start, s.Window.Stop, s.Window.Stop, s.Window.Every),
            Distribution = Distribution.Parse(s.Distribution),
            InitialCriterion = new RandomCriterion(CounterRandom.InitialMask),
            Growth = growth,
        });
    }

    private static Annealing Anneal(MethodSettings s) => s.Values.Choice("anneal") switch
    {
        "constant" => Annealing.Constant,
        "linear" => Annealing.Linear,
        _ => Annealing.Cosine,
    };
}
