using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Storage;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Study;

/// <summary>A study in its folder: its runs listed, planned, made and reported.</summary>
internal sealed class StudySession
{
    private readonly Shell _shell;
    private readonly StudyFile _file;
    private readonly RunOptions _options;
    private readonly StudyGrid _grid;
    private readonly StudyFolder _folder;

    /// <exception cref="UserException">A run of the study cannot be trained so.</exception>
    public StudySession(Shell shell, StudyFile file, string root, RunOptions options)
    {
        (_shell, _file, _options) = (shell, file, options);
        _grid = file.Grid(shell.Engine, options);
        _folder = new StudyFolder(Path.Combine(root, file.Base.Name));
    }

    /// <summary>The runs of some rows; of all where none is named.</summary>
    public IReadOnlyList<StudyCell> Select(IReadOnlyList<string> rows) => _file.Select(_grid, rows);

    /// <summary>Trains and measures what is missing.</summary>
    /// <exception cref="UserException">Runs failed; all that could be done is done and reported.</exception>
    /// <param name="remeasures">Whether what is trained is measured again.</param>
    public void Run(IReadOnlyList<StudyCell> cells, int jobs, bool remeasures, CancellationToken cancellation)
    {
        using var held = _folder.Take();
        var store = Open();
        var runner = new StudyRunner(_shell, _folder, store, _options, jobs)
        {
            Remeasures = remeasures,
            Silences = _file.Study.Silencing,
        };
        var failures = runner.Execute(cells, _grid.Cells, cancellation);
        Report(_shell, _folder, store.Data);
        if (failures.Count > 0)
            throw new UserException($"{failures.Count} of {cells.Count} runs failed; the first: {failures[0]}");
    }

    /// <summary>Reports what is finished.</summary>
    public void Report()
    {
        using var held = _folder.Take();
        Report(_shell, _folder, Open().Data);
    }

    /// <summary>Reports again from stored data.</summary>
    public static void Report(Shell shell, string path)
    {
        var folder = new StudyFolder(path);
        Report(shell, folder, folder.Read());
    }

    /// <summary>Takes over what the same study has in another folder, made on another machine.</summary>
    public void TakeOver(string path)
    {
        using var held = _folder.Take();
        int taken = Open().TakeOver(new StudyFolder(path));
        _shell.Output.WriteLine($"{ReportText.Count(taken, "run")} taken over from {path}");
    }

    /// <summary>Writes the plan of the confirmation.</summary>
    /// <exception cref="UserException">There is another plan already, or a run that it would list is finished.</exception>
    public void WritePlan()
    {
        var plan = Plan();
        using var held = _folder.Take();
        if (_folder.ReadPlan() is { } written)
        {
            if (written.DifferenceTo(plan) is { } difference)
            {
                throw new UserException(
                    $"{_folder.PlanPath}: {difference}. A plan is not written over; without it all is exploratory");
            }

            _shell.Output.WriteLine($"plan: {_folder.PlanPath}, sha256 {written.Hash}, is there and holds");
            return;
        }

        // A plan comes before what it plans.
        if (_folder.ReadIfThere()?.Lines.FirstOrDefault(r => plan.Runs.Contains(r.Id)) is { } early)
            throw new UserException($"{early.Id} is finished already; a plan is written before its runs, on fresh seeds");
        _folder.WritePlan(plan);
        _shell.Output.WriteLine(
            $"plan: {_folder.PlanPath}, sha256 {plan.Hash}; {plan.Runs.Count} runs, "
            + $"endpoints {string.Join(", ", plan.Focus.Tests)}");
    }

    /// <summary>Lists runs with what is there of each.</summary>
    public void List(IReadOnlyList<StudyCell> cells)
    {
        var known = (_folder.ReadIfThere()?.Lines ?? []).Select(r => r.Id).ToHashSet();
        int missing = 0;
        foreach (var cell in cells)
        {
            bool isKnown = known.Contains(cell.Id);
            missing += isKnown ? 0 : 1;
            string rows = cell.Rows.Count == 0 ? "twin" : string.Join(' ', cell.Rows);
            _shell.Output.WriteLine($"{(isKnown ? "done   " : "missing")} {cell.Id} seed {cell.Config.Seed} ({rows})");
        }

        _shell.Output.WriteLine($"{cells.Count} runs, {missing} of them missing");
    }

    private static void Report(Shell shell, StudyFolder folder, StudyData data)
    {
        folder.WriteReport(data);
        VerdictLines.Write(shell, data);
        shell.Output.WriteLine($"{data.Runs.Count} of {data.Planned} runs; report: {folder.ReportPath}");
    }

    private StudyStore Open()
    {
        _folder.WriteConfig(_file.Text);
        return StudyStore.Open(_folder, _grid, Empty());
    }

    private StudyPlan Plan()
    {
        if (_file.Study.Focus is null)
            throw new UserException("the study has no 'study.focus': there is nothing to confirm, and so nothing to plan");
        return StudyConfirmation.Plan(_file.Base, _file.Study, _grid, EnvironmentProbe.Program);
    }

    // The study without its runs.
    private StudyData Empty()
    {
        var origin = _file.Base;
        var manifest = DatasetCatalog.Manifest(origin.Data.Name);
        bool drawn = manifest.Kind == DatasetKind.Embedded;
        int train = drawn ? origin.Data.TrainCount : manifest.TrainCount;
        var plan = _folder.ReadPlan();
        return new StudyData
        {
            Version = StudyData.CurrentVersion,
            Name = origin.Name,
            Planned = _grid.Cells.Count,
            Dataset = origin.Data.Name,
            TrainImages = origin.Train.TrainedOn(origin.Train.Limit > 0 ? Math.Min(origin.Train.Limit, train) : train),
            TestImages = drawn ? origin.Data.TestCount : manifest.TestCount,
            Depth = origin.Model.Depth,
            Config = _file.Text,
            Focus = _file.Study.Focus,
            Plan = plan,
            PlanBroken = plan is null ? null
                : _file.Study.Focus is null ? "the study has no focus any more"
                : plan.DifferenceTo(Plan()),
            MadeOn = [],
            Runs = [],
        };
    }
}
