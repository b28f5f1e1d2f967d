namespace NeuralBurden.Vit.Runs;

/// <summary>What a run needs from its surroundings and what cannot change its outcome.</summary>
public sealed record RunOptions
{
    /// <summary>Folder of the data sets; null = <c>NB_DATA</c>, else the user's cache folder.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Cores to use; null = all.</summary>
    public int? Threads { get; init; }
}
