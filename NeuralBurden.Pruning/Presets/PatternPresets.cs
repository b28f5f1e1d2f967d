using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Methods for patterns: N:M, blocks, attention heads, MLP units.</summary>
internal static class PatternPresets
{
    private const string NotesNofM = "Give pruning.sparsity or n and m; a group at the end of a row that is shorter keeps its "
        + "share, at least one weight: with 64 inputs 1 of 10 keeps 7 of a row, 1 of 20 keeps 4. The references ask for rows of "
        + "whole groups.";

    public static MethodPreset[] All => [SrSte, Step, AspNofM, Block, Heads, MlpUnits];

    private static MethodPreset SrSte => new()
    {
        Name = "sr-ste",
        Summary = "N:M from scratch with a straight-through gradient that decays pruned weights (keep 2 of 4).",
        Rule = "every step: M = top N of every M inputs by |W|; g <- g + lambda (1 - M) W.",
        Pruned = Fates.Lives + "; lambda W is part of the gradient",
        Returning = Fates.AsItIs,
        Source = "Zhou et al., arXiv 2102.04010",
        Scaled = "The source trains by SGD, where lambda W is a decay; Adam rescales it with the gradient. " + NotesNofM,
        Sparsity = 0.5,
        Timing = MethodTiming.Fractions(0, 0, 1, 1),
        Parameters =
        [
            .. NofMRatio.Parameters,
            MethodParameter.Number("lambda", 2e-4, 0, 1, "decay of pruned weights through the gradient"),
        ],
        Settle = NofMRatio.Settle,
        Build = s => new ComposedMethod(new MethodParts
        {
            Pattern = NofMRatio.Resolve(s),
            Schedule = new OneShotSchedule(NofMRatio.Resolve(s).Sparsity, s.Window.Start),
            Window = s.Window,
            Persistence = Persistence.Decayed(s.Values.Number("lambda")),
        }),
    };

    private static MethodPreset Step => new()
    {
        Name = "step",
        Summary = "STEP: dense Adam until its second moment settles, then N:M masks with that moment frozen (keep 2 of 4).",
        Rule = "phase 1: M = 1. Switch once z = mean |v_t - v_(t-p)| / (p mean v_t), averaged over 8 samples, is below "
            + "tolerance; not before start or the end of warm-up, at end at the latest. Phase 2: v of the matrices and its bias "
            + "correction frozen; every step M = top N of every M by |W|, gradient g + lambda (1 - M) W.",
        Pruned = "in phase 2 it " + Fates.Lives + "; lambda W is part of the gradient, v is frozen",
        Returning = Fates.AsItIs,
        Source = "Lu et al., arXiv 2302.01172",
        Scaled = "Reference: mean |v_t - v_(t-1)| over 1 / (1 - beta2) steps below Adam's epsilon. Gradients that are clipped "
            + "to norm 1 make that smaller than 1e-8 at once, so the change is taken relative to v here, and every 16 steps. "
            + NotesNofM,
        Sparsity = 0.5,
        Timing = MethodTiming.Fractions(0.10, 0.50, 1, 16),
        Parameters =
        [
            .. NofMRatio.Parameters,
            MethodParameter.Number(
                "tolerance", 5e-4, 0, 1, "relative change of v a step below which it has settled"),
            MethodParameter.Number(
                "lambda", 0, 0, 1, "decay of pruned weights through the gradient in phase 2"),
        ],
        Settle = NofMRatio.Settle,
        Build = s => new StepMethod(
            new MethodParts
            {
                Pattern = NofMRatio.Resolve(s),
                Schedule = new ConstantSchedule(NofMRatio.Resolve(s).Sparsity),
                Window = s.Window,
                Persistence = Persistence.Decayed(s.Values.Number("lambda")),
            },
            s.Values.Number("tolerance"), s.WarmupSteps),
    };

    private static MethodPreset AspNofM => new()
    {
        Name = "nm-2-4",
        Summary = "Train dense, prune once to N:M by magnitude, train on with the mask fixed (keep 2 of 4).",
        Rule = "at start: M = top N of every M inputs by |W|; W <- W M; the mask stays.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Mishra et al., Accelerating sparse deep neural networks (ASP), arXiv 2104.08378",
        Scaled = "One run: dense for the first half, then retrained for the second; the source retrains for a whole schedule, "
            + "and may permute channels first. " + NotesNofM,
        Sparsity = 0.5,
        Timing = MethodTiming.Fractions(0.5, 0.5, 0.5, 1),
        Parameters = NofMRatio.Parameters,
        Settle = NofMRatio.Settle,
        Build = s => new ComposedMethod(new MethodParts
        {
            Pattern = NofMRatio.Resolve(s),
            Schedule = new OneShotSchedule(NofMRatio.Resolve(s).Sparsity, s.Window.Start),
            Window = s.Window,
        }),
    };

    private static MethodPreset Block => new()
    {
        Name = "block",
        Summary = "Gradual magnitude pruning of r x c blocks.",
        Rule = "as gmp over blocks; a block's score is the mean |W| in it.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = "Gray, Radford, Kingma, GPU kernels for block-sparse weights, 2017; ramp: 1710.01878",
        Scaled = "The first source trains fixed block layouts; choosing blocks by a ramp is the second's rule with blocks for "
            + "weights.",
        Timing = MethodTiming.Fractions(0.05, 0.70, 0.70, 16),
        Parameters =
        [
            MethodParameter.Integer("block_rows", 4, 1, 4096, "outputs in a block"),
            MethodParameter.Integer("block_columns", 4, 1, 4096, "inputs in a block"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Pattern = new BlockPattern(
                (int)s.Values.Integer("block_rows"), (int)s.Values.Integer("block_columns")),
            Schedule = s.Cubic(),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
        }),
    };

    private static MethodPreset Heads => Groups(
        "heads", "Gradual pruning of whole attention heads; ends in a model that can be shrunk.",
        "groups and ramp: ours and arXiv 1710.01878; criterion gate: Michel, Levy, Neubig, arXiv "
            + "1905.10650, section 4.1, equation 2", 0.5,
        "The source prunes trained models once, by gates over the training set; here the ramp prunes while training, and gate "
            + "takes the batch of the step at which masks are updated. Its equation 2 writes the absolute value around the "
            + "product over a whole example, its authors' program takes it token by token and then adds up; gate follows the "
            + "program, which also divides by the Euclidean norm over a layer's heads. The default, magnitude, is mean |W| "
            + "over the head's rows of q, k, v and its columns of proj, and no importance of the source's.");

    private static MethodPreset MlpUnits => Groups(
        "mlp-units", "Gradual pruning of whole hidden units of the MLPs; ends in a model that can be shrunk.",
        "after Li et al., Pruning filters for efficient ConvNets, arXiv 1608.08710, section 3; ramp: "
            + "arXiv 1710.01878; criterion gate: after arXiv 1905.10650", 0.5,
        "Li et al. rank filters within a layer by the L1 norm of their own weights. Here a unit's score is mean |W| over its "
            + "row of fc1 and its column of fc2, and all layers compete; pruning.distribution: uniform ranks within layers. "
            + "gate is Michel et al.'s for heads, taken to a unit's value after GELU.");

    private static MethodPreset Groups(string kind, string summary, string source, double sparsity, string differences) => new()
    {
        Name = kind,
        Summary = summary,
        Rule = "as gmp over groups of rows and columns; a group's score is its mean |W|, its mean |W dL/dW|, or its gate: the "
            + "sum over all tokens of the batch's images of |A . dL/dA|, with A the group's output for a token and the product "
            + "over its width, divided by the Euclidean norm of its layer's gates; the sparsity is the share of groups removed, "
            + "and a layer keeps at least one.",
        Pruned = Fates.Gone,
        Returning = Fates.Never,
        Source = source,
        Scaled = differences,
        Sparsity = sparsity,
        GroupKind = kind,
        Timing = MethodTiming.Fractions(0.05, 0.60, 0.60, 16),
        Parameters =
        [
            MethodParameter.Choice(
                "criterion", "magnitude", ["magnitude", "saliency", "gate"], "what ranks the groups"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Pattern = new GroupPattern(kind),
            Schedule = s.Cubic(),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Criterion = s.Values.Choice("criterion") switch
            {
                "saliency" => new SaliencyCriterion(),
                "gate" => new GateCriterion(kind),
                _ => new MagnitudeCriterion(),
            },
        }),
    };
}
