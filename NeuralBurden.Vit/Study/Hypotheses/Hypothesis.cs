using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>
/// One of T0 to T8: a claim, and the one primary statistic that its verdict rests on. <see cref="VerdictRule"/> judges all
/// alike; what stands beside the statistic decides nothing.
/// </summary>
public abstract class Hypothesis
{
    /// <summary>Such as T4a.</summary>
    public abstract string Id { get; }

    /// <summary>The claim, a sentence.</summary>
    public abstract string Statement { get; }

    /// <summary>The primary statistic, one number a seed, a sentence.</summary>
    public abstract string Statistic { get; }

    /// <summary>What the statistic must be, with the least effect that matters.</summary>
    public abstract Claim Claim { get; }

    public abstract FigureUnit Unit { get; }

    /// <summary>As a plan fixes it.</summary>
    public StudyEndpoint Endpoint => new(Id, Statement, Statistic, Claim.Least);

    /// <summary>The statistic of each seed at a selection, and what stands beside it.</summary>
    public abstract Finding Measure(StudyArms arms, StudySelection at);

    /// <summary>What there is none of; null where something was measured.</summary>
    protected static string? Lack(
        StudyArms arms, IReadOnlyList<(int Seed, double Value)> values, string figure, params IReadOnlyList<StudyArm> needed)
    {
        if (values.Count > 0) return null;
        string[] absent = [.. needed.Where(a => !arms.Has(a)).Select(a => a.Name)];
        return absent.Length > 0
            ? $"There is no run of {string.Join("; of ", absent)}."
            : $"No seed has {figure} in {string.Join(" and ", needed.Select(a => a.Name))}.";
    }

    /// <summary>Tells of seeds whose twin is no reference; null where none is.</summary>
    protected static string? Unfit(StudyArms arms, params IEnumerable<StudyArm> of)
    {
        int absent = of.SelectMany(a => arms.Runs(a)).Where(r => RunFigures.End(r.Value)?.Absent is not null)
            .Select(r => r.Key).Distinct().Count();
        return absent == 0 ? null : $"{absent} of the seeds are left out: there the twin is worse than the run and no reference.";
    }

    /// <summary>The other sparsities at which a method as the study runs it has unmerged runs of this length.</summary>
    protected static IEnumerable<double> OtherSparsities(StudyArms arms, StudyArm arm) =>
        arms.All.Where(a => a.Sparsity != arm.Sparsity && a.Equals(arm.At(a.Sparsity))).Select(a => a.Sparsity).Order();

    /// <summary>The other lengths likewise.</summary>
    protected static IEnumerable<int> OtherLengths(StudyArms arms, StudyArm arm) =>
        arms.All.Where(a => a.Epochs != arm.Epochs && a.Equals(arm.Lasting(a.Epochs))).Select(a => a.Epochs).Order();
}
