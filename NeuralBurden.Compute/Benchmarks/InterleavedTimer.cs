using System.Diagnostics;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// Measures cases round-robin, one sample of each per round, so that a machine that slows down slows all of them and
/// ratios stay true. A case is timed only after its own check has passed in this process.
/// </summary>
public sealed class InterleavedTimer(MeasuringClock clock, MeasuringOptions options)
{
    /// <summary>Told what is being done; for progress displays.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>
    /// Decides, in place of the options, when a round may begin and after which one measuring ends; at least <see
    /// cref="MeasuringOptions.FewestRounds"/> are run. For measuring in turns with another program.
    /// </summary>
    public ITurns? Turns { get; init; }

    /// <summary>One measurement per case, in their order.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two samples.</exception>
    public IReadOnlyList<Measurement> Run(IReadOnlyList<IMeasured> cases, CancellationToken cancellation = default)
    {
        var results = new Measurement[cases.Count];
        var states = new List<State>();
        for (int i = 0; i < cases.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Progress?.Invoke($"checking {cases[i].Name}");
            if (cases[i].Check() is { } failure) results[i] = Measurement.Refused(cases[i].Name, failure);
            else states.Add(new State(cases[i], i));
        }

        Progress?.Invoke("warming up");
        foreach (var state in states) WarmUp(state, cancellation);
        Sample(states, cancellation);
        foreach (var state in states) results[state.Place] = state.Summarize();
        return results;
    }

    private void WarmUp(State state, CancellationToken cancellation)
    {
        for (int round = 0; round < options.WarmUpRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            double seconds = Time(state);
            if (seconds < options.SampleSeconds)
                state.Repeats = (int)Math.Clamp(options.SampleSeconds / Math.Max(seconds, 1e-7) * state.Repeats, 1, 100_000);
        }
    }

    private void Sample(List<State> states, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; states.Count > 0; round++)
        {
            if (IsDone(round, Stopwatch.GetElapsedTime(start).TotalSeconds)) return;
            Progress?.Invoke($"round {round + 1}");
            foreach (var state in states)
            {
                cancellation.ThrowIfCancellationRequested();
                double seconds = Time(state) / state.Repeats;
                (state.Case.WasExceptional ? state.Exceptional : state.Usual).Add(seconds);
            }

            Turns?.End();
        }
    }

    private bool IsDone(int round, double spent)
    {
        if (Turns is not null) return !Turns.Begin() && round >= MeasuringOptions.FewestRounds;
        return options.Rounds > 0
            ? round >= options.Rounds
            : round >= MeasuringOptions.FewestRounds && spent >= options.Seconds;
    }

    private double Time(State state)
    {
        var measured = state.Case;
        double start = clock.Now;
        for (int i = 0; i < state.Repeats; i++) measured.Run();
        measured.Complete();
        return clock.Now - start;
    }

    private sealed class State(IMeasured measured, int place)
    {
        public IMeasured Case { get; } = measured;

        public int Place { get; } = place;

        public int Repeats { get; set; } = 1;

        public List<double> Usual { get; } = [];

        public List<double> Exceptional { get; } = [];

        public Measurement Summarize()
        {
            // Too few rounds to see a usual run: what was seen is all there is.
            var usual = Usual.Count > 0 ? Usual : Exceptional;
            return new Measurement(
                Case.Name,
                null,
                SampleSummary.Of(usual),
                Exceptional.Count > 0 ? SampleSummary.Of(Exceptional) : null);
        }
    }
}
