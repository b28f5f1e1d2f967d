using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>Where hypotheses are looked at: a method, a sparsity, a length of training, a merge and a plain rival.</summary>
public sealed record StudySelection
{
    private static readonly string[] PlainMethods = ["gmp", "rigl", "oneshot"];

    public required string Method { get; init; }

    public required double Sparsity { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Factors of the merge under test; null where the study merges nothing or gives no means to choose.</summary>
    public IReadOnlyDictionary<string, string>? Merge { get; init; }

    /// <summary>The best plain method; null where there is none.</summary>
    public string? Plain { get; init; }

    /// <summary>How merge and rival were chosen.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The method without a merge.</summary>
    public StudyArm Pruned => StudyArm.Of(Method, Sparsity, Epochs);

    /// <summary>The method with the merge; null where there is none.</summary>
    public StudyArm? Remedy => Merge is null ? null : Pruned.Merged(Merge);

    public StudyArm Dense => StudyArm.Dense(Epochs);

    public string Name => $"{Method} at {ReportText.Percent(Sparsity, "0.##")} %, {ReportText.Count(Epochs, "epoch")}";

    /// <summary>That of the focus; without one pdwp (or the first method), .98 (or the highest sparsity), and the length
    /// that most of its runs have. Null for a study that prunes nothing.</summary>
    public static StudySelection? Main(StudyData data, StudyArms arms)
    {
        if (data.Focus is { } focus && arms.All.Any(a => !a.IsDense))
        {
            var at = new StudySelection
            {
                Method = focus.Method,
                Sparsity = focus.Sparsity,
                Epochs = focus.Epochs,
                Merge = focus.Merge,
                Plain = focus.Plain,
            };
            return at with { Choice = "merge and rival are those of the study's focus" + Screened(data, at) };
        }

        var pruned = arms.All.Where(a => a is { IsDense: false, IsStandard: true, Merges: false }).ToList();
        if (pruned.Count == 0) return null;
        string method = pruned.Find(a => a.Method == "pdwp")?.Method ?? pruned[0].Method;
        double[] sparsities = [.. pruned.Where(a => a.Method == method).Select(a => a.Sparsity)];
        double sparsity = sparsities.Contains(0.98) ? 0.98 : sparsities.Max();
        int epochs = pruned.Where(a => a.Method == method && a.Sparsity == sparsity)
            .MaxBy(a => (arms.All.Count(o => o.Method == method && o.Epochs == a.Epochs), a.Epochs))!.Epochs;
        return Chosen(arms, method, sparsity, epochs);
    }

    /// <summary>Every other method, sparsity and length at which the study prunes, with the main merge.</summary>
    public static IEnumerable<StudySelection> Others(StudyArms arms, StudySelection main) =>
        arms.All.Where(a => a is { IsDense: false, IsStandard: true, Merges: false })
            .Select(a => main with { Method = a.Method, Sparsity = a.Sparsity, Epochs = a.Epochs })
            .Where(s => !s.Pruned.Equals(main.Pruned));

    // What the screen would have chosen, for the reader to see whether the focus follows it.
    private static string Screened(StudyData data, StudySelection at)
    {
        var screen = new StudyArms(data.Runs.Where(r => !data.Focus!.Seeds.Contains(r.Seed)), data.TestImages);
        var cells = screen.All.Where(a => a.Merge == TokensConfig.SinglePass && a.Unmerged.Equals(at.Pruned)).ToList();
        return cells.Count > 1 && screen.Strongest(cells) is { ByValidation: true } best
            ? $"; on validation images of the screen the best of {cells.Count} cells is {ReliefHypothesis.Merge(best.Arm)}"
            : "";
    }

    // The best cell by validation images, never by test images; with one merge there is nothing to choose.
    private static StudySelection Chosen(StudyArms arms, string method, double sparsity, int epochs)
    {
        var selection = new StudySelection { Method = method, Sparsity = sparsity, Epochs = epochs };
        var merged = arms.All.Where(a => a.Merge == TokensConfig.SinglePass && a.IsStandard
            && a.Unmerged.Equals(selection.Pruned)).ToList();
        var best = arms.Strongest(merged);
        var merge = merged.Count == 1 || best is { ByValidation: true } ? best?.Arm.MergeFactors : null;
        var plain = arms.Strongest(PlainMethods.Where(m => m != method).Select(m => StudyArm.Of(m, sparsity, epochs)));
        string choice = merged.Count switch
        {
            0 => "nothing is merged here",
            1 => "the one merge there is",
            _ when merge is null =>
                "no merge is tested: the best of several may be chosen by validation images only, and there are none",
            _ => "the merge of the highest accuracy on validation images",
        };
        if (plain is { } p)
            choice += $"; rival: {p.Arm.Method}, strongest on {(p.ByValidation ? "validation" : "test")} images";
        return selection with { Merge = merge, Plain = plain?.Arm.Method, Choice = choice };
    }
}
