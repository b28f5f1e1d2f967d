using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Parts;
using NeuralBurden.Pruning.Parts.Criteria;
using NeuralBurden.Pruning.Parts.Distributions;
using NeuralBurden.Pruning.Parts.Patterns;
using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Methods for patterns: N:M, blocks, attention heads, MLP units.</summary>
internal static class PatternPresets
{
    private const string NotesNofM = "Give pruning.sparsity or n and m; a group at the end of a row that is "
        + "shorter keeps its share.";

    public static MethodPreset[] All => [SrSte, Step, AspNofM, Block, Heads, MlpUnits];

    private static MethodPreset SrSte => new()
    {
        Name = "sr-ste",
        Summary = "N:M from scratch with a straight-through gradient that decays pruned weights "
            + "(keep 2 of 4).",
        Rule = "every step: M = top N of every M inputs by |W|; g <- g + lambda (1 - M) W.",
        Source = "Zhou et al., arXiv 2102.04010",
        Scaled = NotesNofM,
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
        Summary = "STEP: dense Adam until its second moment settles, then N:M masks with that moment frozen "
            + "(keep 2 of 4).",
        Rule = "phase 1: M = 1. Switch once mean |v_t - v_(t-p)| / p < tolerance, between start and end. "
            + "Phase 2: v frozen; every step M = top N of every M by |W|, gradient g + lambda (1 - M) W.",
        Source = "Lu et al., arXiv 2302.01172",
        Scaled = "v is compared every 16 steps instead of at each. " + NotesNofM,
        Sparsity = 0.5,
        Timing = MethodTiming.Fractions(0.10, 0.50, 1, 16),
        Parameters =
        [
            .. NofMRatio.Parameters,
            MethodParameter.Number(
                "tolerance", 1e-8, 0, 1, "mean change of v per step and weight at which it has settled"),
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
            s.Values.Number("tolerance")),
    };

    private static MethodPreset AspNofM => new()
    {
        Name = "nm-2-4",
        Summary = "Train dense, prune once to N:M by magnitude, train on with the mask fixed (keep 2 of 4).",
        Rule = "at start: M = top N of every M inputs by |W|; W <- W M; the mask stays.",
        Source = "Mishra et al., Accelerating sparse deep neural networks (ASP), arXiv 2104.08378",
        Scaled = "One run: dense for the first half, then retrained for the second. " + NotesNofM,
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
        Source = "Gray, Radford, Kingma, GPU kernels for block-sparse weights, 2017; ramp: 1710.01878",
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
        "Michel, Levy, Neubig, arXiv 1905.10650 (heads by importance); arXiv 1710.01878 for the ramp", 0.5);

    private static MethodPreset MlpUnits => Groups(
        "mlp-units", "Gradual pruning of whole hidden units of the MLPs; ends in a model that can be shrunk.",
        "Li et al., Pruning filters for efficient ConvNets, arXiv 1608.08710; ramp: arXiv 1710.01878", 0.5);

    private static MethodPreset Groups(string kind, string summary, string source, double sparsity) => new()
    {
        Name = kind,
        Summary = summary,
        Rule = "as gmp over groups of rows and columns; a group's score is its mean |W|, or mean |W dL/dW|; "
            + "the sparsity is the "
            + "share of groups removed, and a layer keeps at least one.",
        Source = source,
        Sparsity = sparsity,
        GroupKind = kind,
        Timing = MethodTiming.Fractions(0.05, 0.60, 0.60, 16),
        Parameters =
        [
            MethodParameter.Choice(
                "criterion", "magnitude", ["magnitude", "saliency"], "what ranks the groups"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Pattern = new GroupPattern(kind),
            Schedule = s.Cubic(),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Criterion = s.Values.Choice("criterion") == "saliency"
                ? new SaliencyCriterion()
                : new MagnitudeCriterion(),
        }),
    };
}
