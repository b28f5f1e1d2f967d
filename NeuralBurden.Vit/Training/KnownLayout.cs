namespace NeuralBurden.Vit.Training;

/// <summary>Tells weights of other layouts, which share some of timm's names, by the names that give them away.</summary>
internal static class KnownLayout
{
    private static readonly (Func<string, bool> IsOf, string Problem)[] Layouts =
    [
        (n => n is "dist_token" or "head_dist.weight" or "head_dist.bias",
            "belongs to a distilled DeiT, which has a second class token; take the plain model (deit_..., not ..._distilled)"),
        (n => n is "reg_token" or "register_tokens", "belongs to a ViT with register tokens, which this model has not"),
        (n => n.StartsWith("embeddings.", StringComparison.Ordinal)
                || n.Contains("attention.attention.query", StringComparison.Ordinal),
            "is a name of HuggingFace transformers; convert the file to timm's names"),
        (n => n.StartsWith("conv_proj.", StringComparison.Ordinal) || n.Contains("encoder_layer_", StringComparison.Ordinal),
            "is a name of torchvision; convert the file to timm's names"),
        (n => n.StartsWith("layers.", StringComparison.Ordinal) || n.Contains("relative_position", StringComparison.Ordinal),
            "belongs to a Swin or another hierarchical transformer; only plain pre-norm ViTs are read"),
        (n => n.EndsWith(".gamma_1", StringComparison.Ordinal) || n.EndsWith(".ls1.gamma", StringComparison.Ordinal),
            "belongs to a ViT with LayerScale; only plain pre-norm ViTs are read"),
    ];

    private static readonly string[] Prefixes = ["model.", "module.", "backbone.", "encoder.", "vit.", "state_dict.", "net."];

    /// <summary>The tensor that gives another layout away, and what it says; null for timm's plain ViT.</summary>
    public static (string Tensor, string Problem)? Describe(IEnumerable<string> names)
    {
        var ordered = names.Order(StringComparer.Ordinal).ToList();
        foreach (string name in ordered)
        {
            foreach (var (isOf, problem) in Layouts)
                if (isOf(name)) return (name, problem);
            if (Array.Find(Prefixes, p => name.StartsWith(p, StringComparison.Ordinal)) is { } prefix
                && ordered.Contains(prefix + "patch_embed.proj.weight"))
            {
                return (name, $"has timm's names behind '{prefix}'; save the file without that prefix");
            }
        }

        return null;
    }
}
