using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study.Storage;

/// <summary>
/// The data of a study in progress. A run is known by its line: as soon as it is measured its line is written, so that
/// nothing is lost by a kill, and a study goes on from its <c>study.json</c> alone. For one process at a time
/// (<see cref="StudyFolder.Take"/>) and any number of its threads.
/// </summary>
public sealed class StudyStore
{
    private readonly Lock _gate = new();
    private readonly StudyFolder _folder;
    private readonly Dictionary<string, StudyRun> _runs = [];
    private readonly IReadOnlyList<StudyCell> _cells;

    private StudyStore(StudyFolder folder, IReadOnlyList<StudyCell> cells, StudyData data) =>
        (_folder, _cells, Data) = (folder, cells, data);

    /// <summary>What is stored.</summary>
    public StudyData Data { get; private set; }

    /// <summary>
    /// Goes on with the runs that the folder's <c>study.json</c> has. Their places in the study are told anew, since it
    /// may have grown; runs that it does not ask for any more are put aside and not lost.
    /// </summary>
    /// <param name="data">The study without runs, as it stands now.</param>
    /// <exception cref="InvalidDataException">A <c>study.json</c> is there and cannot be read.</exception>
    public static StudyStore Open(StudyFolder folder, StudyGrid grid, StudyData data)
    {
        var known = folder.ReadIfThere();
        var store = new StudyStore(folder, grid.Cells, data with { MadeOn = known?.MadeOn ?? [] });
        var cells = grid.Cells.ToDictionary(c => c.Id);
        var others = new List<StudyRun>();
        foreach (var run in known?.Lines ?? [])
        {
            if (cells.TryGetValue(run.Id, out var cell)) store._runs.TryAdd(run.Id, Placed(run, cell));
            else others.Add(run);
        }

        store.Data = store.Data with { Others = others };
        store.Write();
        return store;
    }

    /// <summary>The finished run of a cell; null where there is none.</summary>
    public StudyRun? Find(StudyCell cell)
    {
        lock (_gate) return _runs.GetValueOrDefault(cell.Id);
    }

    /// <summary>Adds the line of a run, instead of an older one of the same run, and writes the file.</summary>
    /// <param name="stored">What its folder has.</param>
    public void Add(StudyCell cell, StoredRun stored, IReadOnlyList<Burden.LoadRecord> loads)
    {
        lock (_gate)
        {
            string? picture = stored.MergesPicture is { } png && IsPictured(cell) ? _folder.WritePicture(cell.Id, png) : null;
            _runs[cell.Id] = StudyLine.Of(cell, stored, loads, picture);
            if (stored.Environment is { } place)
            {
                Data = Data with
                {
                    MadeOn = [.. Data.MadeOn.Append(StudyLine.Place(place)).Distinct().Order(StringComparer.Ordinal)],
                };
            }

            Write();
        }
    }

    /// <summary>
    /// Takes over the lines that the same study has elsewhere, on another machine, with their pictures; a run that has a
    /// line here keeps it.
    /// </summary>
    /// <returns>Runs of the study that are finished now and were not before.</returns>
    /// <exception cref="InvalidDataException">There is no study, a damaged one or another.</exception>
    public int TakeOver(StudyFolder from)
    {
        var data = from.Read();
        if (data.Name != Data.Name)
            throw new InvalidDataException($"{from.Path} is of the study '{data.Name}', not of '{Data.Name}'");
        lock (_gate)
        {
            int before = _runs.Count;
            var cells = _cells.ToDictionary(c => c.Id);
            var others = Data.Others.ToList();
            foreach (var run in data.Lines)
            {
                bool isNew = cells.TryGetValue(run.Id, out var cell)
                    ? _runs.TryAdd(run.Id, Placed(run, cell))
                    : others.TrueForAll(o => o.Id != run.Id);
                if (!isNew) continue;
                if (cell is null) others.Add(run);
                if (run.Picture is { } name && from.Picture(name) is { } png) _folder.WritePicture(run.Id, png);
            }

            Data = Data with
            {
                Others = others,
                MadeOn = [.. Data.MadeOn.Union(data.MadeOn).Order(StringComparer.Ordinal)],
            };
            Write();
            return _runs.Count - before;
        }
    }

    /// <summary>Stores which runs have no result and why.</summary>
    public void Fail(IReadOnlyList<string> failures)
    {
        lock (_gate)
        {
            Data = Data with { Failures = failures };
            Write();
        }
    }

    // A picture per experiment: its repeats look alike.
    private bool IsPictured(StudyCell cell) =>
        _cells.First(c => c.Config.Name == cell.Config.Name).Config.Seed == cell.Config.Seed;

    private static StudyRun Placed(StudyRun run, StudyCell cell) =>
        run with { Factors = cell.Factors, Rows = cell.Rows, Twin = cell.TwinId };

    private void Write()
    {
        Data = Data with { Runs = [.. _cells.Select(c => _runs.GetValueOrDefault(c.Id)).OfType<StudyRun>()] };
        _folder.Write(Data);
    }
}
