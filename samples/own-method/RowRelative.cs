using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Presets;

namespace OwnMethod;

public static class RowRelative
{
    public static MethodPreset Preset => new()
    {
        Name = "row-relative",
        Summary = "Gradual pruning by the share of a weight in the energy of its row.",
        Rule = "score = w_ij^2 / (eps + sum_j w_ij^2)",
        Source = "this guide",
        Timing = MethodTiming.Fractions(0, 0.5, 0.75, 8),
        Parameters = [MethodParameter.Number("epsilon", 1e-6, 0, 1, "guard for empty rows")],
        Build = s => new ComposedMethod(new MethodParts
        {
            Schedule = s.Cubic(),
            Window = s.Window,
            Criterion = new RowEnergy((float)s.Values.Number("epsilon")),
            Persistence = Persistence.Dense,
        }),
    };
}
