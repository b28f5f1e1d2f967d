namespace NeuralBurden.Vit.Burden;

/// <summary>One measure of <see cref="BurdenRecord"/> as people read it.</summary>
/// <param name="Name">In words.</param>
/// <param name="Field">Its name in <c>burden.jsonl</c>.</param>
/// <param name="Formula">With the letters of docs/burden.md.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Units">The distribution over units; null for a scalar.</param>
/// <param name="Value">The scalar; null for a distribution.</param>
public sealed record BurdenMeasure(
    string Name,
    string Field,
    string Formula,
    string Meaning,
    Func<BurdenRecord, UnitQuantiles?>? Units,
    Func<BurdenRecord, double?>? Value)
{
    /// <summary>All measures, from activity to boundary.</summary>
    public static IReadOnlyList<BurdenMeasure> All { get; } =
    [
        Many("rate", "rate", "r = E sum_n w_n |h|", "mean activity per token", b => b.Rate),
        Many("image load", "image_load", "R = E sum_n |h|", "work per image; merging lowers it by itself", b => b.ImageLoad),
        Many("energy", "energy", "e = E sum_n w_n h^2", "mean squared activity", b => b.Energy),
        Many("decoder gain", "decoder_gain", "g = |D_j|", "how strongly the next matrix reads the unit", b => b.DecoderGain),
        Many("contribution", "contribution", "c = r g", "what the unit adds to the block; free of scale", b => b.Contribution),
        Many("rate ratio Lambda", "rate_ratio", "r / r0", "compensation by activity", b => b.RateRatio),
        Many("decoder ratio Gamma", "decoder_ratio", "g / g0", "compensation by the reading weights", b => b.DecoderRatio),
        Many("contribution ratio K", "contribution_ratio", "c / c0", "burden of a unit: above 1 it carries more than it did",
            b => b.ContributionRatio),
        Many("K, patches", "patch_contribution_ratio", "c / c0", "K over patch tokens alone", b => b.PatchContributionRatio),
        Many("K, class token", "class_contribution_ratio", "c / c0", "K at the class token alone, which never merges",
            b => b.ClassContributionRatio),
        Many("synapse load", "synapse_load", "u = sum_i m|W| E|x_i| / sum_i m", "input per surviving synapse",
            b => b.SynapseLoad),
        Many("synapse ratio U", "synapse_load_ratio", "u / u0", "burden of a synapse; at most about 1 / (1 - sparsity)",
            b => b.SynapseLoadRatio),
        Many("relative load", "relative_load", "q = r / mean r", "spread of activity within the layer", b => b.RelativeLoad),
        One("idle", "idle_share", "share of q <= 0.025", "units alive that hardly fire", b => b.IdleShare),
        One("overloaded", "overloaded_share", "share of q >= 4", "units that fire far more than the rest",
            b => b.OverloadedShare),
        One("participation", "participation", "(sum c)^2 / (H sum c^2)", "1 where all units carry alike", b => b.Participation),
        One("Gini", "gini", "Gini coefficient of c", "0 where all units carry alike", b => b.Gini),
        Many("activity share", "activity_share", "share of |h| > 1 % of the mean", "rises where units serve more inputs",
            b => b.ActivityShare),
        One("similarity", "similarity", "linear CKA of rates per image", "1 where both networks tell images apart alike",
            b => b.Similarity),
        One("signal error eps", "signal_error", "E|s - s'|^2 / E|s - mean s|^2", "share of the block's signal that is lost",
            b => b.SignalError),
        One("rate cost C1", "rate_cost", "sum r", "activity of the layer", b => b.RateCost),
        One("energy cost C2", "energy_cost", "sum e", "squared activity of the layer", b => b.EnergyCost),
        One("cost ratio cr1", "rate_cost_ratio", "C1 / C1_0", "activity relative to the reference", b => b.RateCostRatio),
        One("cost ratio cr2", "energy_cost_ratio", "C2 / C2_0", "the same of energy", b => b.EnergyCostRatio),
        One("burden B", "burden", "eps + beta max(0, cr1 - 1)", "lost signal plus extra activity", b => b.Burden),
        One("raw burden", "raw_burden", "eps + beta cr1", "the same without the threshold", b => b.RawBurden),
        One("energy burden", "energy_burden", "eps + beta max(0, cr2 - 1)", "B with energy as the cost", b => b.EnergyBurden),
        One("raw energy burden", "raw_energy_burden", "eps + beta cr2", "the same without the threshold", b => b.RawEnergyBurden),
        One("best error eps_opt", "best_error", "min over r >= -0.17 of eps", "what no rates of the survivors can repair",
            b => b.BestError),
        One("span error", "span_error", "share of s outside span D", "what no rates of any sign can repair", b => b.SpanError),
        Many("over range", "over_range", "share of |h| > 99.9th percentile of |h0|", "saturation: 0.001 in the reference",
            b => b.OverRange),
        Many("current balance", "current_balance", "rho = excitation / inhibition", "1 where input currents cancel",
            b => b.CurrentBalance),
        Many("balance shift", "balance_shift", "|log2 rho - log2 rho0|", "octaves away from the reference", b => b.BalanceShift),
        One("past the boundary", "past_boundary_share", "share with over range > 0.01 or shift > 1",
            "units beyond what they did in the reference", b => b.PastBoundaryShare),
        One("dead units", "dead_units", "row of W or column of D all zero", "units that nothing reaches or nothing reads",
            b => b.DeadUnits),
    ];

    private static BurdenMeasure Many(
        string name, string field, string formula, string meaning, Func<BurdenRecord, UnitQuantiles?> units) =>
        new(name, field, formula, meaning, units, null);

    private static BurdenMeasure One(
        string name, string field, string formula, string meaning, Func<BurdenRecord, double?> value) =>
        new(name, field, formula, meaning, null, value);
}
