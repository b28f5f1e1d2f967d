using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Cli.Study;

/// <summary>A config with a block <c>study:</c>, read and expanded.</summary>
internal sealed class StudyFile
{
    private readonly ConfigFile _file;
    private readonly StudyBlock _block;

    private StudyFile(ConfigFile file, RunConfig config, StudyBlock block) => (_file, Base, _block) = (file, config, block);

    /// <summary>The run that everything starts from.</summary>
    public RunConfig Base { get; }

    public StudyConfig Study => _block.Study;

    /// <summary>The whole config in its canonical form; reading it gives the same study.</summary>
    public string Text => ConfigText.ToYaml(Base) + StudyText.ToYaml(Study);

    /// <exception cref="UserException">The config is no study, or breaks a rule; names file, line and key.</exception>
    public static StudyFile Read(ConfigFile file, ConfigOverrides overrides)
    {
        if (file.Study is not { } entry)
        {
            throw new UserException(
                $"{file.Source} is no study: it has no block 'study:' (configs/study-first.yaml is an example)");
        }

        if (file.Sweep is { } sweep)
            throw sweep.Error("a study makes its own grid; 'sweep' belongs to 'nb run'");
        var config = ConfigExpansion.Single(file, overrides);
        var block = StudyBlock.Read(entry, config);
        foreach (var setting in overrides.Settings)
        {
            if (block.GiverOf(setting.Key) is { } giver)
                throw setting.Origin.Error($"'{setting.Key}' gets its values from {giver}; change it there");
        }

        return new StudyFile(file, config, block);
    }

    /// <summary>The grid, every run of it checked.</summary>
    public StudyGrid Grid(IRunEngine engine, RunOptions options)
    {
        try
        {
            var grid = StudyGrid.Create(Base, Study, engine.Resolve);
            // Seeds change nothing that could stop a run.
            foreach (var cell in grid.Cells.DistinctBy(c => ConfigText.HashWithoutSeed(c.Config))) Check(cell, engine, options);
            if (Study.Focus is not null) StudyConfirmation.Check(grid, Study);
            return grid;
        }
        catch (SettingException e)
        {
            throw _block.Error(e);
        }
    }

    private static void Check(StudyCell cell, IRunEngine engine, RunOptions options)
    {
        try
        {
            ConfigRules.Check(cell.Config);
            engine.Check(cell.Config, options);
        }
        catch (SettingException e)
        {
            // Told with the line of the row's key, where the row has it; the message begins with the key.
            string key = cell.Rows is [var row, ..] ? $"study.rows.{row}.{e.Key}" : "study";
            throw new SettingException(key, $"{e.Message[(e.Key.Length + 2)..]} (in {cell.Config.Name})");
        }
    }

    /// <summary>The runs of some rows, with their twins; of all rows where none is named.</summary>
    /// <param name="patterns">Names of rows; <c>r1*</c> names all that begin so.</param>
    public IReadOnlyList<StudyCell> Select(StudyGrid grid, IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0) return grid.Cells;
        var rows = new HashSet<string>();
        foreach (string pattern in patterns)
        {
            var found = Study.Rows.Select(r => r.Name).Where(name => pattern.EndsWith('*')
                ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
                : name == pattern).ToList();
            if (found.Count == 0)
            {
                string known = string.Join(", ", Study.Rows.Select(r => r.Name));
                throw new UserException(
                    $"--rows {pattern}: {_file.Source} has no such row; it has {known}", UserException.Usage);
            }

            rows.UnionWith(found);
        }

        var chosen = grid.Cells.Where(c => c.Rows.Any(rows.Contains)).ToList();
        var twins = chosen.Select(c => c.TwinId).ToHashSet();
        return [.. grid.Cells.Where(c => twins.Contains(c.Id) || c.Rows.Any(rows.Contains))];
    }
}
