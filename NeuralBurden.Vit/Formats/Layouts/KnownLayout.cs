namespace NeuralBurden.Vit.Formats.Layouts;

/// <summary>Tells models that are no plain pre-norm ViTs by tensors that only they have.</summary>
internal static class KnownLayout
{
    private static readonly (Func<string, bool> IsOf, string Problem)[] Layouts =
    [
        (n => n.StartsWith("layers.", StringComparison.Ordinal) || n.Contains("relative_position", StringComparison.Ordinal)
                || n.Contains("rel_pos", StringComparison.Ordinal),
            "belongs to a Swin, a BEiT or another transformer with relative positions; only plain pre-norm ViTs are read"),
        (n => n.Contains("rope", StringComparison.Ordinal),
            "belongs to a transformer with rotary positions; only learned ones are read"),
        (n => n.Contains(".q_norm.", StringComparison.Ordinal) || n.Contains(".k_norm.", StringComparison.Ordinal),
            "normalises queries and keys (qk_norm), which is not supported"),
        (n => n.StartsWith("attn_pool.", StringComparison.Ordinal),
            "pools by attention (global_pool map), which is not supported"),
        (n => n.Contains(".mlp.w12.", StringComparison.Ordinal) || n.Contains(".mlp.fc1_g.", StringComparison.Ordinal),
            "belongs to a gated MLP (SwiGLU), which is not supported"),
        (n => n.StartsWith("decoder", StringComparison.Ordinal),
            "belongs to a masked autoencoder; its encoder with a head, as fine-tuning leaves it, is read"),
    ];

    /// <summary>What the first tensor that gives another model away says; null for none.</summary>
    public static string? Describe(IEnumerable<string> names)
    {
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            foreach (var (isOf, problem) in Layouts)
                if (isOf(name)) return problem;
        }

        return null;
    }
}
