using System.Text.RegularExpressions;

namespace NeuralBurden.Vit.Formats.Layouts;

/// <summary>The names of one family of checkpoints, by the rules that turn them into timm's.</summary>
/// <param name="Name">For people, such as <c>HuggingFace ViT</c>.</param>
/// <param name="Sign">A pattern of a name that only this family has.</param>
/// <param name="Rules">Pattern and replacement, the first that matches; a replacement of null leaves the tensor out.</param>
internal sealed partial record LayoutNames(string Name, Regex Sign, IReadOnlyList<(Regex Pattern, string? Replacement)> Rules)
{
    /// <summary>timm and what has its names: DeiT, MAE, DINO.</summary>
    public const string Timm = "timm";

    /// <summary>Query, key and value of one fused matrix; the marks that rules put where a family stores them apart.</summary>
    public static readonly string[] Parts = ["attn.q.", "attn.k.", "attn.v."];

    private static readonly LayoutNames HuggingFace = Of(
        "HuggingFace ViT",
        @"^((vit|deit)\.)?(embeddings\.(cls_token|patch_embeddings\.)|encoder\.layer\.\d+\.layernorm_before)",
        (@"^(?:(?:vit|deit)\.)?embeddings\.cls_token$", "cls_token"),
        (@"^(?:(?:vit|deit)\.)?embeddings\.distillation_token$", "dist_token"),
        (@"^(?:(?:vit|deit)\.)?embeddings\.position_embeddings$", "pos_embed"),
        (@"^(?:(?:vit|deit)\.)?embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
        (@"^(?:(?:vit|deit)\.)?embeddings\.mask_token$", null),
        (@"^(?:(?:vit|deit)\.)?pooler\.dense\.", null),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.attention\.attention\.query\.", "blocks.$1." + Parts[0]),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.attention\.attention\.key\.", "blocks.$1." + Parts[1]),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.attention\.attention\.value\.", "blocks.$1." + Parts[2]),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.attention\.output\.dense\.", "blocks.$1.attn.proj."),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.intermediate\.dense\.", "blocks.$1.mlp.fc1."),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.output\.dense\.", "blocks.$1.mlp.fc2."),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.layernorm_before\.", "blocks.$1.norm1."),
        (@"^(?:(?:vit|deit)\.)?encoder\.layer\.(\d+)\.layernorm_after\.", "blocks.$1.norm2."),
        (@"^(?:(?:vit|deit)\.)?layernorm\.", "norm."),
        (@"^(?:cls_)?classifier\.", "head."),
        (@"^distillation_classifier\.", "head_dist."));

    private static readonly LayoutNames Torchvision = Of(
        "torchvision",
        @"^conv_proj\.|\.encoder_layer_\d+\.",
        (@"^class_token$", "cls_token"),
        (@"^encoder\.pos_embedding$", "pos_embed"),
        (@"^conv_proj\.", "patch_embed.proj."),
        (@"^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_", "blocks.$1.attn.qkv."),
        (@"^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.", "blocks.$1.attn.proj."),
        (@"^encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\.", "blocks.$1.norm$2."),
        (@"^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\.", "blocks.$1.mlp.fc1."),
        (@"^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\.", "blocks.$1.mlp.fc2."),
        (@"^encoder\.ln\.", "norm."),
        (@"^heads\.(?:head|0)\.", "head."));

    private static readonly LayoutNames Plain = Of(
        Timm,
        @"^patch_embed\.",
        (@"^blocks\.(\d+)\.gamma_([12])$", "blocks.$1.ls$2.gamma"),
        (@"^register_tokens$", "reg_token"),
        (@"^mask_token$", null));

    /// <summary>The family that one of the names gives away; null for none that is known.</summary>
    public static LayoutNames? Of(IReadOnlyCollection<string> names) =>
        Array.Find([Plain, HuggingFace, Torchvision], layout => names.Any(name => layout.Sign.IsMatch(name)));

    /// <summary>
    /// The prefix that wrappers put before every name (DataParallel's <c>module.</c>, Lightning's <c>model.</c>,
    /// torch.compile's <c>_orig_mod.</c>, several of them too), found at the patch embedding; empty for none.
    /// </summary>
    public static string PrefixOf(IEnumerable<string> names)
    {
        foreach (string name in names)
            if (Wrapped().Match(name) is { Success: true } match) return match.Groups[1].Value;
        return "";
    }

    /// <summary>timm's name; null for a tensor that no model needs.</summary>
    public string? Translate(string name)
    {
        foreach (var (pattern, replacement) in Rules)
            if (pattern.IsMatch(name)) return replacement is null ? null : pattern.Replace(name, replacement);
        return name;
    }

    private static LayoutNames Of(string name, string sign, params (string Pattern, string? Replacement)[] rules) => new(
        name,
        new Regex(sign, RegexOptions.CultureInvariant),
        [.. rules.Select(r => (new Regex(r.Pattern, RegexOptions.CultureInvariant), r.Replacement))]);

    // HuggingFace's own prefix belongs to its rules.
    [GeneratedRegex(@"^((?:(?:module|model|_orig_mod|backbone|encoder|net|vit(?!\.embeddings)|state_dict|student|teacher)\.)+)"
        + @"(?:patch_embed\.proj\.weight|conv_proj\.weight|"
        + @"(?:(?:vit|deit)\.)?embeddings\.patch_embeddings\.projection\.weight)$")]
    private static partial Regex Wrapped();
}
