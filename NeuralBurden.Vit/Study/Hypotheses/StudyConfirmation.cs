using System.Globalization;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>The part of a study that confirms: what its focus asks of the grid, and the plan made of it.</summary>
public static class StudyConfirmation
{
    private const string Key = "study.focus";

    /// <summary>Checks that the grid has what the focus compares, on its seeds, and on its seeds nothing else is tried.</summary>
    /// <exception cref="SettingException">It does not; the exception names the key.</exception>
    public static void Check(StudyGrid grid, StudyConfig study)
    {
        var focus = study.Focus!;
        foreach (var row in study.Rows)
        {
            var seeds = grid.Seeds(row);
            if (!seeds.Any(focus.Seeds.Contains) || seeds.ToHashSet().SetEquals(focus.Seeds)) continue;
            throw new SettingException($"study.rows.{row.Name}", string.Create(
                CultureInfo.InvariantCulture,
                $"has some of the seeds of {Key}; a row has all of them and no other, or none: seeds that confirm are fresh"));
        }

        string sparsity = focus.Sparsity.ToString("R", CultureInfo.InvariantCulture);
        (string Method, string Sparsity)[] networks = [(StudyGrid.Dense, "0"), (focus.Method, sparsity), (focus.Plain, sparsity)];
        foreach (var (method, share) in networks)
        {
            foreach (var merge in (IReadOnlyDictionary<string, string>?[])[null, focus.Merge])
            {
                int missing = focus.Seeds.FirstOrDefault(s => !Has(grid, focus, s, method, share, merge), -1);
                if (missing < 0) continue;
                string network = method == StudyGrid.Dense ? method : $"{method} at {share}";
                string merging = merge is null ? "without merging" : "with the merge of the focus";
                throw new SettingException(Key, string.Create(
                    CultureInfo.InvariantCulture,
                    $"no row has {network} {merging}, {focus.Epochs} epochs, seed {missing}"));
            }
        }
    }

    /// <summary>The plan of a study as it stands.</summary>
    /// <param name="config">The run that everything starts from.</param>
    /// <param name="code">Version and commit of the program.</param>
    public static StudyPlan Plan(RunConfig config, StudyConfig study, StudyGrid grid, string code)
    {
        var focus = study.Focus ?? throw new SettingException(Key, "is absent; a plan fixes what it is to confirm");
        return new StudyPlan
        {
            Version = StudyPlan.CurrentVersion,
            Study = config.Name,
            Focus = focus,
            Config = ConfigText.ToYaml(config) + StudyText.Settings(study),
            Endpoints = [.. focus.Tests.Select(id => StudyHypotheses.Find(id)!.Endpoint)],
            Rules = StudyHypotheses.Rules,
            Runs = [.. grid.Cells.Where(c => focus.Seeds.Contains(c.Config.Seed)).Select(c => c.Id)],
            Code = code,
        }.Sealed();
    }

    private static bool Has(
        StudyGrid grid,
        StudyFocus focus,
        int seed,
        string method,
        string sparsity,
        IReadOnlyDictionary<string, string>? merge)
    {
        var wanted = new Dictionary<string, string>(merge ?? new Dictionary<string, string> { [StudyFactors.Merge] = "none" })
        {
            [StudyFactors.Method] = method,
            [StudyFactors.Sparsity] = sparsity,
            [StudyFactors.Epochs] = focus.Epochs.ToString(CultureInfo.InvariantCulture),
        };
        return grid.Cells.Any(c => c.Config.Seed == seed && c.Factors.Count == wanted.Count
            && wanted.All(w => c.Factors.GetValueOrDefault(w.Key) == w.Value));
    }
}
