using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>One merge of generated tokens: kind, grid of patches, images, how many tokens go.</summary>
public sealed record MergeCase(
    string Kind, int Images, int Rows, int Columns, bool ClassToken, int R, int Seed, int Registers = 0)
{
    private const int Patch = 2;
    private const int Heads = 2;
    private const int HeadDim = 3;

    /// <summary>Kinds of which each group's value is the mean of its tokens.</summary>
    public static string[] Averaging => ["single-pass", "tome", "tome-threshold", "pitome", "random-pairs", "avgpool2x2"];

    /// <summary>Kinds that match even with odd positions.</summary>
    public static string[] Bipartite => ["single-pass", "tome", "norm-preserving"];

    public VitShape Shape =>
        new(1, Rows * Patch, Columns * Patch, Patch, Heads * HeadDim, 2, Heads, 8, 3, ClassToken)
        {
            Variant = new VitVariant { Registers = Registers },
        };

    public int Tokens => Shape.Tokens;

    public TokensConfig Config => new()
    {
        Merge = Kind,
        R = TokenQuantity.Count(R),
        // One merge: every 2 leaves no second place in two blocks after place 1.
        Every = MergingCatalog.Find(Kind).Reads("tokens.every") ? 2 : 0,
        Threshold = 0.2,
        Drop = Seed % 2 == 0 ? DropChoice.Matched : DropChoice.Random,
    };

    public float[] TokenValues => new CaseSource((ulong)Seed).Floats(Images * Tokens * Shape.Dim);

    /// <summary>[B, T, 3, H, D].</summary>
    public float[] QkvValues => new CaseSource((ulong)Seed + 1000).Floats(Images * Tokens * 3 * Shape.Dim);

    /// <summary>Cases of the given kinds with a legal r of at least 1; shrinks to few tokens, images and merges.</summary>
    public static Arbitrary<MergeCase> Of(params string[] kinds) => Arb.From(Generator(kinds), Shrink);

    /// <summary>Most tokens that the kind can remove from this grid.</summary>
    public static int Most(string kind, VitShape shape, int seed)
    {
        int patches = shape.Patches;
        return kind switch
        {
            "evit" => patches - 1,
            "drop" when seed % 2 == 1 => patches - 1,
            "avgpool2x2" => PoolMerging.Most(shape),
            _ => patches / 2,
        };
    }

    private static Gen<MergeCase> Generator(string[] kinds) =>
        from kind in Gen.Elements(kinds)
        from images in Gen.Choose(1, 3)
        from rows in Gen.Choose(1, 6)
        from columns in Gen.Choose(2, 6)
        from classToken in Gen.Elements(true, false)
        from registers in Gen.Elements(0, 0, 1, 2, 4)
        from seed in Gen.Choose(0, 100_000)
        from share in Gen.Choose(0, 100)
        let shape = new MergeCase(kind, images, rows, columns, classToken || kind == "evit", 1, seed, registers)
        let most = Most(kind, shape.Shape, seed)
        where most >= 1
        select shape with { R = Math.Max(1, most * share / 100) };

    private static IEnumerable<MergeCase> Shrink(MergeCase x)
    {
        MergeCase[] smaller =
        [
            x with { Images = x.Images - 1 },
            x with { Rows = x.Rows - 1 },
            x with { Columns = x.Columns - 1 },
            x with { R = x.R - 1 },
            x with { R = x.R / 2 },
            x with { Registers = 0 },
        ];
        return smaller.Where(s => s.Images >= 1 && s.Rows >= 1 && s.Columns >= 2 && s.R >= 1
            && s.R <= Most(s.Kind, s.Shape, s.Seed) && s != x);
    }
}
