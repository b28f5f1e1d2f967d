namespace NeuralBurden.Vit.Settings;

/// <summary>
/// The data set. The counts and the seed matter only to the sets that the program draws itself.
/// </summary>
public sealed record DataConfig
{
    public string Name { get; init; } = "glyphs";

    /// <summary>Training images that an embedded set draws.</summary>
    public int TrainCount { get; init; } = 10_000;

    /// <summary>Test images that an embedded set draws.</summary>
    public int TestCount { get; init; } = 2_000;

    /// <summary>Whether files under a known name are taken though they are not the published ones.</summary>
    public bool AsFound { get; init; }

    /// <summary>How pixels become the model's input.</summary>
    public Normalization Normalize { get; init; } = Normalization.Dataset;

    /// <summary>
    /// Seed of an embedded set; apart from the run's seed, so that repeats see the same images.
    /// </summary>
    public int Seed { get; init; }
}
