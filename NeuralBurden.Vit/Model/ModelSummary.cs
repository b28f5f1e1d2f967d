using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Model;

/// <summary>What a stored model is made of: its parameters with those that are kept, its multiply-adds and its sizes.</summary>
public sealed record ModelSummary
{
    /// <summary>In the order of the forward pass.</summary>
    public required IReadOnlyList<SummaryRow> Rows { get; init; }

    /// <summary>Multiply-adds of attention's scores and values for one image, which no parameter takes part in.</summary>
    public required long AttentionMultiplyAdds { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of all parameters in F32.</summary>
    public long DenseBytes => sizeof(float) * Rows.Sum(r => r.Parameters);

    /// <summary>Bytes with kept weights and a bit per weight where that is less, as model files have them.</summary>
    public long CompactBytes => Rows.Sum(r => Math.Min(
        sizeof(float) * r.Parameters, r.IsMasked ? (sizeof(float) * r.Kept) + ((r.Parameters + 7) / 8) : long.MaxValue));

    /// <summary>Multiply-adds of one image's forward pass without token merging, 1 multiply-add being 2 FLOP.</summary>
    public long MultiplyAdds => AttentionMultiplyAdds + Rows.Sum(r => r.MultiplyAdds);

    /// <summary>Those of kept weights alone.</summary>
    public long KeptMultiplyAdds => AttentionMultiplyAdds + Rows.Sum(r => r.KeptMultiplyAdds);

    /// <param name="model">The model.</param>
    /// <param name="path">Its file.</param>
    public static ModelSummary Of(StoredModel model, string path)
    {
        var shape = model.Shape;
        long attention = Enumerable.Range(0, shape.Depth)
            .Sum(i => AttentionContract.CostOf(1, shape.Tokens, shape.Block(i).Heads, shape.HeadDim).MultiplyAdds);
        return new ModelSummary
        {
            Rows = [.. ParameterTable.Of(shape).Select(p => Row(model.File, shape, p.Name, p.FileShape))],
            AttentionMultiplyAdds = attention,
            FileBytes = new FileInfo(path).Length,
        };
    }

    private static SummaryRow Row(Checkpoint file, VitShape shape, string name, int[] extents)
    {
        long count = extents.Aggregate(1L, (n, extent) => n * extent), kept = count;
        bool masked = file.Contains(CheckpointKeys.Mask + name);
        if (masked) kept = file.Mask(name, (int)count).Sum(word => (long)ulong.PopCount(word));
        // How often a weight is multiplied for one image.
        long times = !name.EndsWith(".weight", StringComparison.Ordinal) || extents.Length == 1 ? 0
            : name.StartsWith("patch_embed", StringComparison.Ordinal) ? shape.Patches
            : name.StartsWith("head", StringComparison.Ordinal) ? 1
            : shape.Tokens;
        return new SummaryRow(name, extents, count, kept, masked, times * count, times * kept);
    }
}
