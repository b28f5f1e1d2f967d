namespace NeuralBurden.Vit.Data;

/// <summary>Where a data set is looked for and how much of it is wanted.</summary>
public sealed record DataOptions
{
    /// <summary>
    /// The folder given by --data-dir; null: the one of NB_DATA, else the user's cache folder.
    /// </summary>
    public string? DataDir { get; init; }

    /// <summary>
    /// Seed of the embedded sets. Apart from a run's seed, so that runs of different seeds train on the same
    /// images.
    /// </summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Training images: how many to draw, or the first so many of the files. Null: the set's own count.
    /// </summary>
    public int? TrainCount { get; init; }

    /// <summary>Test images, like <see cref="TrainCount"/>.</summary>
    public int? TestCount { get; init; }

    /// <summary>
    /// Whether files under a known name are taken as they are: other images, or another number of them, than the
    /// published set that the manifest describes.
    /// </summary>
    public bool AsFound { get; init; }

    /// <summary>How to ask for <see cref="AsFound"/> in a config.</summary>
    internal const string HowToTakeIt = "data.as_found: true takes the files as they are";

    /// <summary>
    /// Most threads that draw an embedded set or decode pictures of a folder; null: all cores. The images do not depend on
    /// it.
    /// </summary>
    public int? Threads { get; init; }
}
