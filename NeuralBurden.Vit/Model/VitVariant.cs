using System.Globalization;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// In what a model differs from the plain pre-norm ViT of its extents. Its text, such as
/// <c>readout=distilled registers=1 epsilon=1e-12</c>, stands in configs and in model files.
/// </summary>
public sealed record VitVariant
{
    /// <summary>Text of a model without differences.</summary>
    public const string None = "none";

    public static VitVariant Plain { get; } = new();

    public Readout Readout { get; init; }

    /// <summary>
    /// Tokens of no patch besides the class token, in front of the patches; the distillation token is the first of them.
    /// Their learned values are their positions.
    /// </summary>
    public int Registers { get; init; }

    /// <summary>Epsilon of all norms.</summary>
    public float NormEpsilon { get; init; } = 1e-6f;

    /// <summary>Whether the embedded tokens pass a norm before the first block, timm's <c>norm_pre</c> (CLIP).</summary>
    public bool PreNorm { get; init; }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text names an unknown difference, or a value that it cannot have.</exception>
    public static VitVariant Parse(string text)
    {
        var variant = Plain;
        if (text == None) return variant;
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=');
            variant = (pair[0], pair.ElementAtOrDefault(1)) switch
            {
                ("readout", "patch-mean") => variant with { Readout = Readout.PatchMean },
                ("readout", "normed-patch-mean") => variant with { Readout = Readout.NormedPatchMean },
                ("readout", "distilled") => variant with { Readout = Readout.Distilled },
                ("registers", { } n)
                    when int.TryParse(n, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 4096 =>
                    variant with { Registers = count },
                ("epsilon", { } e)
                    when float.TryParse(e, CultureInfo.InvariantCulture, out float epsilon) && epsilon is > 0 and < 1 =>
                    variant with { NormEpsilon = epsilon },
                ("pre-norm", null) => variant with { PreNorm = true },
                _ => throw new FormatException(
                    $"'{part}'; allowed: {None}, or of readout=patch-mean|normed-patch-mean|distilled, registers=1..4096, "
                    + "epsilon=NUMBER, pre-norm"),
            };
        }

        return variant.Readout == Readout.Distilled && variant.Registers == 0
            ? throw new FormatException("'readout=distilled' needs registers=1 for the distillation token")
            : variant;
    }

    public override string ToString()
    {
        var parts = new List<string>();
        if (Readout != Readout.Plain)
        {
            parts.Add("readout=" + Readout switch
            {
                Readout.PatchMean => "patch-mean",
                Readout.NormedPatchMean => "normed-patch-mean",
                _ => "distilled",
            });
        }

        if (Registers > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"registers={Registers}"));
        if (NormEpsilon != Plain.NormEpsilon) parts.Add("epsilon=" + NormEpsilon.ToString("R", CultureInfo.InvariantCulture));
        if (PreNorm) parts.Add("pre-norm");
        return parts.Count == 0 ? None : string.Join(' ', parts);
    }
}
