namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Something whose time is measured, once it has proven that it computes what it should.</summary>
public interface IMeasured
{
    string Name { get; }

    /// <summary>Whether the last <see cref="Run"/> did more than the usual work, as a step with a mask update does.</summary>
    bool WasExceptional => false;

    /// <summary>Null where the work is right, else what is wrong. Called once, before anything is timed.</summary>
    string? Check();

    /// <summary>Enqueues the work once.</summary>
    void Run();

    /// <summary>Waits for what <see cref="Run"/> has enqueued; part of the measured time.</summary>
    void Complete();
}
