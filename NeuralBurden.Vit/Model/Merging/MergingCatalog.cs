using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>All ways to merge tokens, by name.</summary>
public static class MergingCatalog
{
    private const string R = "tokens.r", Keep = "tokens.keep", Metric = "tokens.metric";
    private const string Layer = "tokens.layer", Every = "tokens.every";
    private const string Proportional = "tokens.proportional_attention", Inflection = "tokens.inflection";
    private const string ProjectControl = "a control of this project";

    public static IReadOnlyList<MergingKind> All { get; } =
    [
        new()
        {
            Name = TokensConfig.SinglePass,
            Summary = "One bipartite soft matching per forward pass.",
            Rule = "A = even, B = odd tokens; each a picks the b of highest cosine; the r best a join their b: "
                + "x = sum size x / sum size",
            Source = "arXiv 2407.16716; matching of arXiv 2210.09461",
            Keys = [R, Layer, Metric, Proportional],
            Build = s => s.Bipartite(s.Halving(every: 0)),
        },
        new()
        {
            Name = "tome",
            Summary = "The same matching in every block from tokens.layer on.",
            Rule = "as single-pass; r constant, or growing linearly from r (1 - i) to r (1 + i) with inflection i",
            Source = "ToMe, arXiv 2210.09461",
            Keys = [R, Layer, Every, Inflection, Metric, Proportional],
            Build = s => s.Bipartite(s.Halving(EveryOr(s, 1))),
        },
        new()
        {
            Name = "tome-threshold",
            Summary = "ToMe that merges only similar tokens, at most r; images keep different numbers of tokens.",
            Rule = "as tome, but only pairs of cosine > threshold; shorter images end in padding of size 0",
            Source = "a variant of this project; matching of arXiv 2210.09461",
            Keys = [R, Layer, Every, Inflection, "tokens.threshold", Metric, Proportional],
            Build = s => s.Bipartite(s.Halving(EveryOr(s, 1)), (float)s.Config.Threshold),
        },
        new()
        {
            Name = "pitome",
            Summary = "Merges among the tokens with the most close neighbours, protects the others.",
            Rule = "energy_i = mean_j ELU(cos_ij - m), m = margin (1 - l / L); the 2r of highest energy, by rank "
                + "alternately in A and B; each a joins its most similar b",
            Source = "PiToMe, arXiv 2405.16148",
            IsProportional = false,
            Keys = [R, Keep, Layer, Every, Inflection, "tokens.margin", Metric, Proportional],
            Build = s => new EnergyMerging(
                s.Name,
                s.Keeping(EveryOr(s, 1), halving: true, (tokens, ratio) => RemovedByRatio(tokens, ratio, s.Shape)),
                s.Metric,
                s.Proportional,
                s.Config.Margin,
                s.Shape.Depth),
        },
        new()
        {
            Name = "evit",
            Summary = "Keeps the tokens that the class token attends to most, fuses the rest into one.",
            Rule = "a_i = head-mean class attention; the r + 1 tokens of least a_i become one: x = sum a_i x_i",
            Source = "EViT, arXiv 2202.07800",
            ReadsClassAttention = true,
            IsProportional = false,
            Keys = [R, Keep, Layer, Every, Inflection, Proportional],
            Build = EVit,
        },
        new()
        {
            Name = "random-pairs",
            Summary = "Merges random pairs, drawn anew each step.",
            Rule = "r disjoint random pairs; x = sum size x / sum size",
            Source = ProjectControl,
            IsControl = true,
            Keys = [R, Layer, Every, Inflection, Proportional],
            Build = s => new RandomMerging(
                s.Name, s.Halving(EveryOr(s, 0)), s.Proportional, s.Seed, drop: false),
        },
        new()
        {
            Name = "drop",
            Summary = "Throws tokens away instead of merging them.",
            Rule = "drops the r tokens that single-pass would merge into others (tokens.drop: matched), or random ones",
            Source = ProjectControl,
            IsControl = true,
            Keys = [R, Layer, Every, Inflection, "tokens.drop", Metric, Proportional],
            Build = s => s.Config.Drop == DropChoice.Matched
                ? s.Bipartite(s.Halving(EveryOr(s, 0)), drop: true)
                : new RandomMerging(
                    s.Name, s.LeavingOne(EveryOr(s, 0)), s.Proportional, s.Seed, drop: true),
        },
        new()
        {
            Name = "avgpool2x2",
            Summary = "Averages neighbours in 2 x 2 windows of the patch grid.",
            Rule = "windows spread over the image are pooled until r tokens are gone; x = mean x",
            Source = ProjectControl,
            IsControl = true,
            Keys = [R, Layer, Proportional],
            Build = s => new PoolMerging(
                s.Name, s.Plan(0, _ => PoolMerging.Most(s.Shape)), s.Proportional, s.Shape),
        },
        new()
        {
            Name = "norm-preserving",
            Summary = "Single-pass matching; merged tokens keep the mean norm of their parts.",
            Rule = "m = sum size x / sum size; x = m (sum size |x| / sum size) / |m|",
            Source = ProjectControl + "; averaging shrinks norms, arXiv 2312.01026",
            IsControl = true,
            Keys = [R, Layer, Every, Inflection, Metric, Proportional],
            Build = s => s.Bipartite(s.Halving(EveryOr(s, 0)), fusion: TokenFusion.NormPreserving),
        },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    /// <exception cref="SettingException">No such merging.</exception>
    public static MergingKind Find(string name) =>
        Named(name)
        ?? throw new SettingException(
            "tokens.merge", $"'{name}' is not known; allowed: {TokensConfig.None}, {string.Join(", ", Names)}");

    /// <summary>The merging that a config asks for, or null where it merges nothing.</summary>
    /// <exception cref="SettingException">
    /// The model cannot merge so, or not so many tokens; names the key and the maximum.
    /// </exception>
    public static TokenMerging? Create(TokensConfig config, VitShape shape, ulong seed)
    {
        if (!config.Merges) return null;
        var kind = Find(config.Merge);
        if (config.Every > 0 && !kind.Reads(Every))
            throw new SettingException("tokens.every", $"{config.Every}; '{kind.Name}' merges once, allowed: 0");
        var merging = kind.Build(new MergingSettings(kind.Name, config, shape, seed));
        return merging.Plan.Total == 0 ? null : merging;
    }

    /// <summary>What <c>tokens.proportional_attention</c> comes to.</summary>
    public static bool IsProportional(TokensConfig config) =>
        config.ProportionalAttention ?? Named(config.Merge)?.IsProportional ?? true;

    /// <summary>What <c>tokens.metric</c> comes to.</summary>
    public static MergeMetric MetricOf(TokensConfig config) =>
        config.Metric ?? (config.Layer == 0 && Named(config.Merge)?.Reads(Metric) == true
            ? MergeMetric.Tokens
            : MergeMetric.Keys);

    private static MergingKind? Named(string name) => All.FirstOrDefault(kind => kind.Name == name);

    private static int EveryOr(MergingSettings settings, int usual) =>
        settings.Config.Every == 0 ? usual : settings.Config.Every;

    private static ClassAttentionMerging EVit(MergingSettings s)
    {
        if (!s.Shape.ClassToken)
            throw new SettingException("tokens.merge", "'evit' needs a class token; allowed: model.pool class");
        if (s.Config.Layer == 0)
            throw new SettingException("tokens.layer", "0 has no attention to go by for 'evit'; allowed: 1 to model.depth");
        return new ClassAttentionMerging(
            s.Name,
            s.Keeping(EveryOr(s, 0), halving: false, (tokens, rate) => RemovedByKeepRate(tokens, rate, s.Shape)),
            s.Proportional);
    }

    /// <summary>
    /// EViT (arXiv 2202.07800) keeps ceil(k n) of the n tokens besides class token and registers, and adds the fused one: n
    /// less these and one are gone. Where all stay, nothing is fused.
    /// </summary>
    private static int RemovedByKeepRate(int tokens, double rate, VitShape shape)
    {
        int candidates = tokens - shape.Extra;
        return Math.Max(0, candidates - 1 - (int)Math.Ceiling(rate * candidates));
    }

    /// <summary>PiToMe (arXiv 2405.16148) removes floor(n - n ratio) of the n tokens besides class token and registers.</summary>
    private static int RemovedByRatio(int tokens, double ratio, VitShape shape)
    {
        int candidates = tokens - shape.Extra;
        return (int)Math.Floor(candidates - (candidates * ratio));
    }
}
