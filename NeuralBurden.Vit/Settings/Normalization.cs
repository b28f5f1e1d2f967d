using System.Globalization;

namespace NeuralBurden.Vit.Settings;

/// <summary>How pixels become a model's input: (p / 255 - mean) / std per channel; as data or as a name says.</summary>
/// <param name="Text"><c>dataset</c>, <c>imagenet</c>, <c>half</c>, or the means and then the deviations.</param>
/// <param name="Mean">Per channel, or one for all; none of <c>dataset</c>.</param>
/// <param name="Std">Likewise, above 0.</param>
public sealed record Normalization(string Text, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    public const string Allowed = "dataset, imagenet, half, or as many means as deviations: 0.5,0.25 or 0.4,0.5,0.6,0.2,0.2,0.2";

    /// <summary>Mean and deviation of the training split.</summary>
    public static Normalization Dataset { get; } = new("dataset", [], []);

    /// <summary>Those of ImageNet's training images, which timm and torchvision take for most models.</summary>
    public static Normalization ImageNet { get; } = new("imagenet", [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>To -1..1: mean and deviation 0.5, of ViTs that Google trained.</summary>
    public static Normalization Half { get; } = new("half", [0.5f], [0.5f]);

    public bool IsDataset => Mean.Count == 0;

    public static Normalization Of(IReadOnlyList<float> mean, IReadOnlyList<float> std) =>
        new(string.Join(',', mean.Concat(std).Select(v => v.ToString("R", CultureInfo.InvariantCulture))), mean, std);

    /// <exception cref="FormatException">Neither a name nor such numbers.</exception>
    public static Normalization Parse(string text)
    {
        foreach (var known in new[] { Dataset, ImageNet, Half })
            if (text == known.Text) return known;
        string[] words = text.Trim('[', ']').Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        float[] values = new float[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            bool sound = float.TryParse(words[i], CultureInfo.InvariantCulture, out values[i]) && float.IsFinite(values[i])
                && (i < words.Length / 2 || values[i] > 0);
            if (!sound) throw Wrong(text);
        }

        return values.Length > 0 && values.Length % 2 == 0
            ? Of(values[..(values.Length / 2)], values[(values.Length / 2)..])
            : throw Wrong(text);
    }

    /// <summary>
    /// Mean and deviation per channel. One channel of a normalisation of three is their mean, as of a grey image in three
    /// equal channels: (p - m) / s with 1 / s = mean(1 / s_c) and m / s = mean(m_c / s_c).
    /// </summary>
    /// <exception cref="FormatException">It is of another number of channels.</exception>
    public (float[] Mean, float[] Std) For(int channels)
    {
        if (Mean.Count == channels) return ([.. Mean], [.. Std]);
        if (Mean.Count == 1) return ([.. Enumerable.Repeat(Mean[0], channels)], [.. Enumerable.Repeat(Std[0], channels)]);
        if (channels != 1) throw new FormatException($"'{Text}' is of {Mean.Count} channels; the images have {channels}");
        double inverse = Std.Average(s => 1.0 / s), shift = Mean.Zip(Std, (m, s) => (double)m / s).Average();
        return ([(float)(shift / inverse)], [(float)(1 / inverse)]);
    }

    public bool Equals(Normalization? other) => Text == other?.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static FormatException Wrong(string text) => new($"'{text}' is not a normalisation; allowed: {Allowed}");
}
