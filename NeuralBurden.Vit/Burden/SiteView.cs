namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The activity h of one site in one forward pass: <paramref name="units"/> columns, from <paramref name="offset"/>, of
/// a matrix [B * T, <paramref name="stride"/>]. Token n of an image weighs w_n = size_n / sum of sizes; a size of 0 is
/// padding.
/// </summary>
/// <param name="values">[B * T, stride].</param>
/// <param name="sizes">[B * T], or empty for sizes of 1.</param>
internal readonly ref struct SiteView(
    ReadOnlySpan<float> values, int stride, int offset, int units, ReadOnlySpan<float> sizes, int batch, int tokens)
{
    private readonly ReadOnlySpan<float> _values = values;

    /// <summary>[B * T], or empty for sizes of 1.</summary>
    public ReadOnlySpan<float> Sizes { get; } = sizes;

    public int Units { get; } = units;

    public int Batch { get; } = batch;

    public int Tokens { get; } = tokens;

    /// <summary>A matrix whose columns are all units.</summary>
    public static SiteView Of(
        ReadOnlySpan<float> values, int units, ReadOnlySpan<float> sizes, int batch, int tokens) =>
        new(values, units, 0, units, sizes, batch, tokens);

    public float Size(int image, int token) => Sizes.IsEmpty ? 1 : Sizes[(image * Tokens) + token];

    public double TotalSize(int image)
    {
        double total = 0;
        for (int n = 0; n < Tokens; n++) total += Size(image, n);
        return total;
    }

    public ReadOnlySpan<float> Row(int image, int token) =>
        _values.Slice((((image * Tokens) + token) * stride) + offset, Units);
}
