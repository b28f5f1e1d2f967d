using System.Globalization;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The table of the measures that verdicts use: records, documentation and study read it, and nothing names a measure
/// beside it. Letters: h activity of a unit (the norm a head's output has), w_n = size_n / sum of sizes, E a mean over the
/// probe images, c = r |D| the contribution (of a head E sum_n w_n |W_o a_n|), rms = (E sum_n w_n |x_n|^2 / C)^(1/2) of the
/// block's input x, kappa = c / rms, u the load of a synapse; quantiles and means are over units alive, log is natural.
/// </summary>
public static class LoadMeasures
{
    public const string LogKTwin = "log_k_twin";
    public const string LogKTwinMedian = "log_k_twin_p50";
    public const string LogKShot = "log_k_shot";
    public const string LogKShotMedian = "log_k_shot_p50";
    public const string LogP95Kappa = "log_p95_kappa";
    public const string LogP50Kappa = "log_p50_kappa";
    public const string LogP95KappaTwin = "log_p95_kappa_twin";
    public const string LogP95KappaShot = "log_p95_kappa_shot";
    public const string AliveShare = "alive_share";
    public const string AliveShareShot = "alive_share_shot";
    public const string LogUShot = "log_u_shot";
    public const string LogUTwin = "log_u_twin";
    public const string EpsTwin = "eps_twin";
    public const string Cost = "cost";
    public const string CostRate = "cost_rate";
    public const string CostKappa = "cost_kappa";
    public const string SpanLimit = "span_limit";
    public const string ImageLoad = "image_load";
    public const string LogImageKTwin = "log_image_k_twin";
    public const string LogImageKShot = "log_image_k_shot";
    public const string Traffic = "traffic";
    public const string ActivityShare = "activity_share";
    public const string RelativeP95 = "q_p95";
    public const string IdleShare = "idle_share";
    public const string OverloadedShare = "overloaded_share";

    /// <summary>What stands before the key of a run's value at the heads.</summary>
    public const string HeadsPrefix = BlockLoads.Heads + ".";

    private const double IdleLoad = 0.025;
    private const double Overload = 4;

    /// <summary>Weights of the cost against the error in E(beta) and E*(beta).</summary>
    public static IReadOnlyList<double> Betas { get; } = [0, 0.1, 0.3, 1, 3];

    /// <summary>All measures.</summary>
    public static IReadOnlyList<LoadMeasure> All { get; } =
    [
        Twin(LogKTwin, "load K^", "log(p95 kappa / p95 kappa_twin)",
            "what the most loaded units carry, against a healthy network", c => c.LogOverTwin(P95)),
        Twin(LogKTwinMedian, "load K^, median", "log(p50 kappa / p50 kappa_twin)",
            "the same of the ordinary unit", c => c.LogOverTwin(P50)),
        Own(LogKShot, "load K*", "log(p95 kappa / p95 kappa_shot)",
            "what training adds to selection and merging", "log", c => c.LogOverShot(P95)),
        Own(LogKShotMedian, "load K*, median", "log(p50 kappa / p50 kappa_shot)",
            "the same of the ordinary unit", "log", c => c.LogOverShot(P50)),
        Own(LogP95Kappa, "load", "log p95 kappa", "the run's own, for its course over time", "log",
            c => LoadComparison.Log(P95(c.Own))),
        Own(LogP50Kappa, "load, median", "log p50 kappa", "the same of the ordinary unit", "log",
            c => LoadComparison.Log(P50(c.Own))),
        Twin(LogP95KappaTwin, "load of the twin", "log p95 kappa_twin", "what K^ is measured from",
            c => c.Twin is null ? null : LoadComparison.Log(P95(c.Twin))),
        Own(LogP95KappaShot, "load of the shot", "log p95 kappa_shot", "what K* is measured from", "log",
            c => LoadComparison.Log(P95(c.Shot))),
        Own(AliveShare, "alive", "units alive / units", "units with a kept weight in and one out", "1",
            c => (double)c.Own.AliveCount / c.Own.Alive.Length),
        Own(AliveShareShot, "alive in the shot", "units alive / units", "how many selection alone leaves", "1",
            c => (double)c.Shot.AliveCount / c.Shot.Alive.Length),
        Own(LogUShot, "synapse load U*", "log(p50 u / p50 u_shot)", "growth of a synapse's load beyond selection", "log",
            c => c.LogOverShot(MedianSynapse)),
        Twin(LogUTwin, "synapse load U^", "log(p50 u / p50 u_twin)", "the same with selection in it",
            c => c.LogOverTwin(MedianSynapse)),
        Output(EpsTwin, "signal error", "1 - R^2 of a ridge map of the output to the twin's",
            "share of the twin's signal that is lost", c => c.Signal?.Error),
        Twin(Cost, "cost", "mean e / mean e_twin", "squared activity per unit alive", c => c.Cost, "1"),
        Twin(CostRate, "cost of rates", "mean r / mean r_twin", "activity per unit alive",
            c => c.Over(l => l.Mean(l.Rate)), "1"),
        Twin(CostKappa, "cost, free of scale", "mean kappa^2 / mean kappa_twin^2", "squared contribution per unit alive",
            c => c.Over(l => l.Mean([.. l.Kappa.Select(k => k * k)])), "1"),
        .. Betas.Select(beta => Twin(
            Burden(beta), $"burden E({Text(beta)})", $"eps_twin + {Text(beta)} cost", "lost signal plus activity",
            c => c.Signal?.Error + (beta * c.Cost), "1")),
        .. Betas.Select(beta => Output(
            Best(beta), $"best achievable E*({Text(beta)})", $"min over r >= -0.17 of error + {Text(beta)} cost",
            "what no rates of the units alive can repair", c => c.Signal?.Best(beta, c.Cost))),
        Output(SpanLimit, "span limit", "share of the signal outside span D", "what no rates of any sign can repair",
            c => c.Signal?.SpanLimit),
        Own(ImageLoad, "image load", "mean of E sum_n abs(h_n) norm(D) / rms", "work per image; merging lowers it by itself", "1",
            c => c.Own.Mean(c.Own.ImageKappa)),
        Twin(LogImageKTwin, "load K^ per image", "log of p95 of the same over the twin's",
            "K^ with every token counted once", c => c.LogOverTwin(l => l.Quantile(l.ImageKappa, 0.95))),
        Own(LogImageKShot, "load K* per image", "log of p95 of the same over the shot's",
            "K* with every token counted once", "log", c => c.LogOverShot(l => l.Quantile(l.ImageKappa, 0.95))),
        Own(Traffic, "traffic", "mean of activity share x kept weights out", "arXiv 2510.01263: on-rate times audience",
            "weights", c => c.Own.Mean([.. c.Own.Active.Select((a, j) => a * c.Own.FanOut[j])])),
        Own(ActivityShare, "activity share", "mean share of abs(h) above 1 % of mean r",
            "arXiv 2212.06145: rises where units serve more inputs", "1", c => c.Own.Mean(c.Own.Active)),
        Own(RelativeP95, "relative load", "p95 r / mean r", "spread of activity among the units alive", "1",
            c => c.Own.Quantile(c.Own.Rate, 0.95) / c.Own.Mean(c.Own.Rate)),
        Own(IdleShare, "idle", "share of r <= 0.025 mean r", "units alive that hardly fire", "1",
            c => c.Own.RelativeShare(q => q <= IdleLoad)),
        Own(OverloadedShare, "overloaded", "share of r >= 4 mean r", "units that fire far more than the rest", "1",
            c => c.Own.RelativeShare(q => q >= Overload)),
    ];

    /// <summary>The key of E(beta) = eps_twin + beta cost.</summary>
    public static string Burden(double beta) => "burden_" + Text(beta);

    /// <summary>The key of E*(beta).</summary>
    public static string Best(double beta) => "best_" + Text(beta);

    private static string Text(double beta) => beta.ToString("R", CultureInfo.InvariantCulture);

    private static double? P95(SiteLoads loads) => loads.Quantile(loads.Kappa, 0.95);

    private static double? P50(SiteLoads loads) => loads.Quantile(loads.Kappa, 0.5);

    private static double? MedianSynapse(SiteLoads loads) => loads.Quantile(loads.SynapseLoad, 0.5);

    private static LoadMeasure Own(
        string key, string name, string formula, string meaning, string unit, Func<LoadComparison, double?> value) =>
        new(key, name, formula, meaning, unit, value);

    private static LoadMeasure Twin(
        string key, string name, string formula, string meaning, Func<LoadComparison, double?> value, string unit = "log") =>
        new(key, name, formula, meaning, unit, value) { AgainstTwin = true };

    // Of the block as a whole, with the MLP's units.
    private static LoadMeasure Output(
        string key, string name, string formula, string meaning, Func<LoadComparison, double?> value) =>
        new(key, name, formula, meaning, "1", value) { AgainstTwin = true, Sites = [BlockLoads.Mlp] };
}
