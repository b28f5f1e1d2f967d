using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The accuracy that merging gives back: relief = (acc(s, merge) - acc(s)) / dA(s) with dA = acc(dense) - acc(s), means
/// over seeds. It is undefined where dA is below 2 standard errors: there is no loss to relieve.
/// </summary>
/// <param name="Loss">dA.</param>
/// <param name="Error">
/// Standard error of dA from seeds and test images, sqrt(sd^2 / n + (p0 (1 - p0) + p (1 - p)) / test images).
/// </param>
/// <param name="Gain">acc(s, merge) - acc(s).</param>
public sealed record Relief(string Method, double Sparsity, string Merge, string R, double Loss, double Error, double Gain)
{
    /// <summary>Null where it is undefined.</summary>
    public double? Value => Loss >= 2 * Error ? Gain / Loss : null;

    /// <summary>One for every merged cell above sparsity 0 whose seeds all have their partners.</summary>
    public static IReadOnlyList<Relief> Of(StudyIndex study)
    {
        var all = new List<Relief>();
        foreach (var cell in study.Of(StudyRole.Merged).Where(r => r.Sparsity > 0).GroupBy(r => r.Cell))
        {
            var rows = cell.Select(r => (Merged: r, Whole: study.Unmerged(r), Dense: study.Dense(r.Seed)))
                .Where(r => r.Whole is not null && r.Dense is not null).ToList();
            if (rows.Count == 0) continue;
            var loss = Statistic.Of(rows.Select(r => (double?)r.Dense!.Accuracy - r.Whole!.Accuracy))!.Value;
            double p0 = rows.Average(r => r.Dense!.Accuracy), p = rows.Average(r => r.Whole!.Accuracy);
            double error = Math.Sqrt((loss.Spread * loss.Spread / rows.Count)
                + (((p0 * (1 - p0)) + (p * (1 - p))) / study.Data.TestImages));
            double gain = rows.Average(r => r.Merged.Accuracy - r.Whole!.Accuracy);
            var (_, method, s, merge, amount) = cell.Key;
            all.Add(new Relief(method, s, merge, amount, loss.Mean, error, gain));
        }

        return all;
    }
}
