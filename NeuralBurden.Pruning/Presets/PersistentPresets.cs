using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;

namespace NeuralBurden.Pruning.Presets;

/// <summary>
/// Methods that keep a dense copy alive, so that a pruned weight may return by its own growth.
/// </summary>
internal static class PersistentPresets
{
    public static MethodPreset[] All => [Pdwp, Dpf, Dns, Dnw];

    private static MethodPreset Pdwp => new()
    {
        Name = "pdwp",
        Summary = "Persistent Dynamic Weight Pruning: the dense copy lives on, the mask is recomputed from it.",
        Rule = "forward W M; W <- W + (M + gamma (1 - M)) D, D the optimizer's step from g + lambda (1 - M) W, g = dL/d(W M); "
            + "every p steps until stop: M = 1[|W| > tau], tau the s_t-quantile of |W|, ties by index, at least 0.5 % of every "
            + "matrix kept; s_t cubic.",
        Pruned = "keeps its value and makes gamma times the optimizer's step from the dense gradient and lambda W, weight decay "
            + "included; at gamma 0 it rests; the norm that clips leaves its gradient out; after stop it rests (no gradient, no "
            + "decay, moments cleared)",
        Returning = Fates.AsItIs,
        Source = "our reading of arXiv 2407.16716, which published no code; the family of DPF, DNW and DNS",
        Scaled = "No code to differ from. Our defaults: target reached at half of training, mask frozen "
            + "at 75 %, renewed at every step until then: a hidden weight does not feel its own change, so that between "
            + "renewals its steps add up, and all that is above tau enters at once.",
        Timing = MethodTiming.Fractions(0.05, 0.50, 0.75, 1),
        Parameters =
        [
            MethodParameter.Number(
                "gamma", 1, 0, 1, "share of the optimizer's step that pruned weights take; at 0 they rest"),
            MethodParameter.Number(
                "lambda", 0, 0, 1, "decay of pruned weights through the gradient (SR-STE)"),
            MethodParameter.Flag(
                "decay_pruned", true, "whether the optimizer's weight decay acts on pruned weights"),
            MethodParameter.Number(
                "hysteresis_low", 1, 0.1, 1, "kept weights fall below this share of tau to go (DNS: 0.9)"),
            MethodParameter.Number(
                "hysteresis_high", 1, 1, 10, "pruned ones rise above this multiple to return (DNS: 1.1)"),
            MethodParameter.Integer(
                "freeze_v_after", -1, 1, long.MaxValue / 1024,
                "step from which Adam's v of the pruned matrices is frozen, with its bias correction"),
        ],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = s.Cubic(),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Persistence = new Persistence(
                s.Values.Number("gamma"), s.Values.Number("lambda"),
                DecayPruned: s.Values.Flag("decay_pruned")),
            Hysteresis = new Hysteresis(
                s.Values.Number("hysteresis_low"), s.Values.Number("hysteresis_high")),
            FreezeSecondMomentFrom = s.Values.Integer("freeze_v_after") is > 0 and var from ? from : null,
        }),
    };

    private static MethodPreset Dpf => new()
    {
        Name = "dpf",
        Summary = "Dynamic pruning with feedback: the gradient of the pruned model updates the dense weights.",
        Rule = "W <- W - lr g(W M); every p steps M = top (1 - s_t) of |W| over all layers, s_t cubic, until 75 % of training.",
        Pruned = Fates.Lives,
        Returning = Fates.AsItIs,
        Source = "Lin et al., Dynamic model pruning with feedback, ICLR 2020, arXiv 2006.07253",
        Scaled = "Reference: every 16 steps of 117,300, the share that is kept here: every step in trainings of up to 10,000. "
            + "There pruned weights go on moving after the last update, to no effect.",
        Timing = MethodTiming.Fractions(0, 0.75, 0.75, TrainingPeriod.Fraction(0.00014)),
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = s.Cubic(),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Persistence = Persistence.Dense,
        }),
    };

    private static MethodPreset Dns => new()
    {
        Name = "dns",
        Summary = "Dynamic network surgery: prune and splice with a band around the threshold, ever more rarely.",
        Rule = "with probability (1 + decay t)^-power: off if |w| <= 0.9 tau, on if |w| > 1.1 tau; dense gradient to W. With c: "
            + "tau_l = max(mu_l + c sigma_l, 0) of |W_l| at start.",
        Pruned = Fates.Lives,
        Returning = Fates.AsItIs,
        Source = "Guo, Yao, Chen, arXiv 1608.04493, section 3",
        Scaled = "Reference: c set by hand per layer, a trained network to start from, decay 1e-4, stop at step 14,000. Here, "
            + "unless c is set, tau follows the cubic schedule to the sparsity asked for; decay 1e-3; stop at 75 %. With c, the "
            + "start must come after step 0, and a c that would prune a whole matrix is refused.",
        Timing = MethodTiming.Fractions(0, 0.50, 0.75, 1),
        Parameters =
        [
            MethodParameter.Number(
                "c", double.NaN, -10, 10, "threshold in deviations above the mean of |W|; sets sparsity"),
            MethodParameter.Number("decay", 1e-3, 0, 1, "how fast the probability of touching masks falls"),
            MethodParameter.Number("power", 1, 0, 10, "exponent of that fall"),
            MethodParameter.Number("low", 0.9, 0.1, 1, "kept weights at or below this share of tau go"),
            MethodParameter.Number("high", 1.1, 1, 10, "pruned weights above this multiple of tau return"),
        ],
        Build = s => new DnsMethod(
            Checked(s, new MethodParts
            {
                Schedule = s.Cubic(),
                Window = s.Window,
                Distribution = Distribution.Parse(s.Distribution),
                Persistence = Persistence.Dense,
                Hysteresis = new Hysteresis(s.Values.Number("low"), s.Values.Number("high")),
            }),
            s.Values.Number("c"), s.Values.Number("decay"), s.Values.Number("power")),
    };

    // Fresh weights end where their initialisation does, at mean + 1.73 deviations: a larger c prunes them all.
    private static MethodParts Checked(MethodSettings s, MethodParts parts) =>
        double.IsNaN(s.Values.Number("c")) || s.Window.Start > 0
            ? parts
            : throw new SettingException(
                "start", s.Window.Start, "a later step, such as 50%: c is measured in trained weights");

    private static MethodPreset Dnw => new()
    {
        Name = "dnw",
        Summary = "Discovering neural wirings: the mask is the top-k of |W| at every step, from the first on.",
        Rule = "every step: M = top (1 - s) of |W| per layer; dense gradient to W.",
        Pruned = Fates.Lives,
        Returning = Fates.AsItIs,
        Source = "Wortsman, Farhadi, Rastegari, arXiv 1906.00586",
        Scaled = "None known.",
        Distribution = "uniform",
        Timing = MethodTiming.Fractions(0, 0, 1, 1),
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = new ConstantSchedule(s.Sparsity),
            Window = s.Window,
            Distribution = Distribution.Parse(s.Distribution),
            Persistence = Persistence.Dense,
            InitialCriterion = new MagnitudeCriterion(),
        }),
    };
}
