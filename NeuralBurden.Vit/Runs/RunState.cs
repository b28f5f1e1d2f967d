namespace NeuralBurden.Vit.Runs;

/// <summary>Where a run stands, as its folder shows it.</summary>
public enum RunState
{
    /// <summary>Nobody has begun it.</summary>
    Waiting,

    /// <summary>A process has it.</summary>
    Running,

    /// <summary>It was begun and nobody has it now.</summary>
    Stopped,

    /// <summary>It has its result.</summary>
    Finished,
}
