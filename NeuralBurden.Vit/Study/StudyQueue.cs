namespace NeuralBurden.Vit.Study;

/// <summary>
/// What a study has to do, handed to any number of workers: runs are trained in order and measured as soon as they and
/// their twins are trained. A run whose twin failed is not trained: nothing could be said of it.
/// </summary>
public sealed class StudyQueue
{
    private enum State
    {
        Untrained,
        InTraining,
        Trained,
        InMeasurement,
        Done,

        // Trained, so that its weights serve others, but not measured.
        Unmeasured,
        Failed,
    }

    private readonly object _gate = new();
    private readonly List<StudyCell> _order = [];
    private readonly Dictionary<string, (State State, bool Recorded)> _states = [];
    private readonly Dictionary<string, string> _failures = [];
    private bool _stopped;

    /// <param name="missing">Runs without a line, each with what it needs.</param>
    /// <param name="all">All runs of the study, twins among them.</param>
    /// <param name="isTrained">Whether the folder of a run holds it, finished.</param>
    public StudyQueue(IEnumerable<StudyCell> missing, IReadOnlyList<StudyCell> all, Func<StudyCell, bool> isTrained)
    {
        var byId = all.ToDictionary(c => c.Id);
        foreach (var cell in missing)
        {
            // The twin's weights are needed even where its line is there.
            if (!_states.ContainsKey(cell.TwinId) && !cell.IsTwin) Enter(byId[cell.TwinId], isTrained, recorded: true);
            if (_states.TryGetValue(cell.Id, out var known)) _states[cell.Id] = (known.State, false);
            else Enter(cell, isTrained, recorded: false);
        }

        foreach (var (id, (state, recorded)) in _states.ToList())
        {
            if (recorded && state == State.Trained) _states[id] = (State.Done, true);
        }
    }

    /// <summary>Runs that are to be trained.</summary>
    public IReadOnlyList<StudyCell> Untrained
    {
        get
        {
            lock (_gate) return [.. _order.Where(c => Of(c) == State.Untrained)];
        }
    }

    /// <summary>Runs that are trained and have no measures.</summary>
    public int Unmeasured
    {
        get
        {
            lock (_gate) return _order.Count(c => Of(c) == State.Trained);
        }
    }

    /// <summary>Runs that failed, with their reasons, in order.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate) return [.. _order.Where(c => _failures.ContainsKey(c.Id)).Select(c => $"{c.Id}: {_failures[c.Id]}")];
        }
    }

    /// <summary>The next piece of work, waited for where others must finish first; null where none is left.</summary>
    /// <param name="fits">Which runs the worker's device can train.</param>
    public StudyTask? Take(Func<StudyCell, bool> fits)
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_order.Find(c => Of(c) == State.Trained && IsTwinReady(c)) is { } trained)
                    return Begin(trained, State.InMeasurement);
                if (_order.Find(c => Of(c) == State.Untrained && fits(c)) is { } cell)
                    return Begin(cell, State.InTraining);
                if (!_order.Exists(c => Of(c) is State.InTraining or State.InMeasurement)) return null;
                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>A task is done.</summary>
    public void Finish(StudyTask task)
    {
        lock (_gate)
        {
            var cell = task.Cell;
            if (task.Measures || _states[cell.Id].Recorded) Set(cell, State.Done);
            else if (Failed(cell.TwinId)) FailWithTwin(cell, State.Unmeasured);
            else Set(cell, State.Trained);
        }
    }

    /// <summary>A task failed; gives the runs that will not be trained now: their twin is what failed.</summary>
    public IReadOnlyList<StudyCell> Fail(StudyTask task, string reason)
    {
        lock (_gate)
        {
            _failures[task.Cell.Id] = reason;
            Set(task.Cell, task.Measures ? State.Unmeasured : State.Failed);
            var others = _order.FindAll(c => c.TwinId == task.Cell.Id && Failed(c.TwinId));
            foreach (var cell in others.Where(c => Of(c) == State.Trained)) FailWithTwin(cell, State.Unmeasured);
            others = others.FindAll(c => Of(c) == State.Untrained);
            foreach (var cell in others) FailWithTwin(cell, State.Failed);
            return others;
        }
    }

    /// <summary>No more work is handed out; who waits goes home.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Enter(StudyCell cell, Func<StudyCell, bool> isTrained, bool recorded)
    {
        _order.Add(cell);
        _states[cell.Id] = (isTrained(cell) ? State.Trained : State.Untrained, recorded);
    }

    private State Of(StudyCell cell) => _states[cell.Id].State;

    private bool Failed(string id) => _states[id].State == State.Failed;

    private bool IsTwinReady(StudyCell cell) =>
        cell.IsTwin || _states[cell.TwinId].State is not (State.Untrained or State.InTraining);

    private void FailWithTwin(StudyCell cell, State state)
    {
        _failures[cell.Id] = $"its twin {cell.TwinId} failed";
        Set(cell, state);
    }

    private StudyTask Begin(StudyCell cell, State state)
    {
        Set(cell, state);
        return new StudyTask(cell, state == State.InMeasurement);
    }

    private void Set(StudyCell cell, State state)
    {
        _states[cell.Id] = (state, _states[cell.Id].Recorded);
        Monitor.PulseAll(_gate);
    }
}
