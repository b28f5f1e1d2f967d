using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Layouts;

namespace NeuralBurden.Vit.Model;

/// <summary>The grid of patches that rows of position embeddings belong to, and how many rows are no patch's.</summary>
/// <param name="Prefix">Rows in front of the patches: one per extra token, none, or the class token's alone.</param>
internal readonly record struct PositionGrid(int Rows, int Columns, int Prefix)
{
    /// <param name="weights">The model; tells whether extra tokens usually have no positions in models like it.</param>
    /// <param name="rows">Rows of <c>pos_embed</c>.</param>
    /// <param name="extra">Tokens of no patch.</param>
    /// <param name="patch">Side of a patch.</param>
    /// <param name="hints">Size of the images.</param>
    /// <exception cref="CheckpointFormatException">No grid, or several, fit; says what would tell.</exception>
    public static PositionGrid Of(WeightSet weights, int rows, int extra, int patch, ModelHints hints)
    {
        // Registers of DINOv2 have no positions where its class token has one.
        int[] prefixes = extra > 1 ? [extra, 0, 1] : extra == 1 ? [1, 0] : [0];
        if (hints.ImageSize is { } size)
        {
            return Fitting(size, rows, prefixes, patch) ?? throw weights.Error(
                "pos_embed",
                $"has {rows} rows, which images of {size.Width} x {size.Height} pixels in patches of {patch} do not have");
        }

        bool patchesAlone = weights.Has("reg_token")
            || weights.Names.Any(n => n.EndsWith(".ls1.gamma", StringComparison.Ordinal));
        int[] squares = [.. prefixes.Where(prefix => IsSquare(rows - prefix) && (prefix == extra || patchesAlone))];
        if (squares is [var only]) return new PositionGrid(Side(rows - only), Side(rows - only), only);
        if (hints.Images is { } images && Fitting(images, rows, prefixes, patch) is { } found) return found;
        string hint = prefixes.Any(prefix => IsSquare(rows - prefix)) ? ", or one without rows for a class token" : "";
        throw weights.Error(
            "pos_embed",
            $"is [{string.Join(", ", weights.Shape("pos_embed", 3))}]: "
            + $"{rows - extra} positions of patches are no square grid{hint}, or not the only one; "
            + "--size HEIGHTxWIDTH says of which images");
    }

    private static int Side(int patches) => (int)Math.Round(Math.Sqrt(Math.Max(0, patches)));

    private static bool IsSquare(int patches) => patches >= 1 && Side(patches) * Side(patches) == patches;

    private static PositionGrid? Fitting((int Height, int Width) size, int rows, int[] prefixes, int patch)
    {
        if (size.Height % patch != 0 || size.Width % patch != 0) return null;
        var (down, across) = (size.Height / patch, size.Width / patch);
        int at = Array.FindIndex(prefixes, prefix => rows - prefix == down * across);
        return at < 0 ? null : new PositionGrid(down, across, prefixes[at]);
    }
}
