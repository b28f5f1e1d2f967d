using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Methods;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Methods that learn thresholds or scores beside the weights.</summary>
internal static class LearnedPresets
{
    private const string Guided =
        "In the reference the penalty alone decides the final sparsity. Here it acts only while the mask is denser than the "
            + "cubic schedule asks, and at stop the exact top-k of the margins is kept, so that the target is met. ";

    public static MethodPreset[] All => [Str, Dst, Movement];

    private static MethodPreset Str => new()
    {
        Name = "str",
        Summary = "Soft threshold reparameterisation: one learned threshold per layer.",
        Rule = "W_eff = sign(W) relu(|W| - sigmoid(s)); dL/dW = g 1[|W| > sigmoid(s)]; "
            + "dL/ds = -sigmoid'(s) sum g sign(W) 1[|W| > sigmoid(s)]; weight decay draws s to 0.",
        Pruned = "keeps its value; the relu passes no gradient, moments and weight decay act on; no part in the norm that "
            + "clips; at stop it becomes 0 for good",
        Returning = "goes on as it is when |W| exceeds the threshold again; none after stop",
        Source = "Kusupati et al., arXiv 2002.03231",
        Scaled = Guided + "Reference: s from -3200 with decay 2.25e-5 and rate 0.256 over 100 epochs, by the optimizer of the "
            + "weights; here by plain SGD at a constant rate, s from -10, and the decay that takes s to e^-4 of it over the "
            + "ramp unless set.",
        Timing = MethodTiming.Fractions(0.05, 0.60, 0.75, 1),
        Parameters =
        [
            MethodParameter.Number("s_init", -10, -100_000, 0, "threshold parameter before training"),
            MethodParameter.Number("rate", 0.1, 0, 10, "learning rate of s"),
            MethodParameter.Number(
                "decay", double.NaN, 0, 1000, "weight decay of s; auto: 4 / (rate x ramp steps)"),
        ],
        Build = s => new StrMethod(
            s.Cubic(), s.Window, s.Values.Number("s_init"), s.Values.Number("rate"), Decay(s)),
    };

    private static MethodPreset Dst => new()
    {
        Name = "dst",
        Summary = "Dynamic sparse training: one learned threshold per output unit.",
        Rule = "M = 1[|W_ij| > t_i]; dL/dW = g M + g W H sign(W); dL/dt_i = -sum_j g W H - alpha exp(-t_i); "
            + "H(x) = 2 - 4|x| for |x| <= 0.4, 0.4 to 1, else 0, of x = |W| - t; t <- 0 at density <= 1 %.",
        Pruned = "gets the gradient g W H sign(W) and weight decay; the norm that clips leaves it out; "
            + "at stop it becomes 0 for good",
        Returning = "goes on as it is when |W| exceeds the threshold again; none after stop",
        Source = "Liu et al., Dynamic sparse training, arXiv 2005.06870",
        Scaled = Guided + "Reference: alpha 5e-4 (MNIST) or 5e-6 (CIFAR) over long trainings; here 5e-3. Thresholds learn by "
            + "plain SGD at a constant rate. The reset at 1 % density works against targets of 98 % and more.",
        Timing = MethodTiming.Fractions(0.05, 0.60, 0.75, 1),
        Parameters =
        [
            MethodParameter.Number("rate", 0.1, 0, 10, "learning rate of the thresholds"),
            MethodParameter.Number("alpha", 5e-3, 0, 10, "strength of the penalty alpha sum exp(-t)"),
        ],
        Build = s => new DstMethod(s.Cubic(), s.Window, s.Values.Number("rate"), s.Values.Number("alpha")),
    };

    private static MethodPreset Movement => new()
    {
        Name = "movement",
        Summary = "Movement pruning: keep weights that move away from zero.",
        Rule = "S <- S - rate g W with g = dL/dW_eff at every step; every p steps M = top (1 - s_t) of S per matrix, s_t cubic; "
            + "weights follow g M. Soft: M = 1[sigmoid(S) > tau_t], S from 0 follows g W / rms(g W) + penalty sigmoid'(S), "
            + "tau_t = tau s_t / s.",
        Pruned = Fates.Rests + "; its score goes on learning until stop; in the soft form it becomes 0 at stop",
        Returning = "goes on from the weight that it was pruned with, moments 0",
        Source = "Sanh, Wolf, Rush, arXiv 2005.07683, section 4",
        Scaled = "Meant for fine-tuning, so from scratch the first 30 % of training only gather scores (MNIST, 780 steps, 90 %, "
            + "one seed: 85.4 %; from 10 % on 67.7 %). The source trains scores by AdamW; here the top-k form sums -g W, "
            + "unclipped, so that rate only scales the sums and changes no mask. Soft form: " + Guided,
        Distribution = "uniform",
        Timing = MethodTiming.Fractions(0.30, 0.70, 0.75, 16),
        Parameters =
        [
            MethodParameter.Choice(
                "form", "topk", ["topk", "soft"], "top-k of the scores, or a threshold on sigmoid(S)"),
            MethodParameter.Number("rate", 0.01, 0, 100, "learning rate of the scores"),
            MethodParameter.Number(
                "penalty", 5, 0, 1e6, "soft form: strength of the L1 penalty on sigmoid(S)"),
            MethodParameter.Number("tau", 0.1, 0.001, 0.999, "soft form: final threshold on sigmoid(S)"),
        ],
        Build = s => s.Values.Choice("form") == "soft"
            ? new SoftMovementMethod(
                s.Cubic(), s.Window, s.Values.Number("rate"), s.Values.Number("penalty"),
                s.Values.Number("tau"))
            : new ComposedMethod(new MethodParts
            {
                Schedule = s.Cubic(),
                Window = s.Window,
                Distribution = Distribution.Parse(s.Distribution),
                Criterion = new MovementCriterion(s.Values.Number("rate")),
                Persistence = Persistence.Frozen,
            }),
    };

    private static double Decay(MethodSettings s)
    {
        double given = s.Values.Number("decay");
        if (!double.IsNaN(given)) return given;
        long steps = Math.Max(1, s.Window.End - s.Window.Start);
        return 4 / (Math.Max(1e-9, s.Values.Number("rate")) * steps);
    }
}
