namespace NeuralBurden.Cli.Config;

/// <summary>A named point of a sweep: its settings, and axes of its own.</summary>
public sealed record ConfigVariant(
    string Name, IReadOnlyList<ConfigSetting> Settings, IReadOnlyList<ConfigAxis> Axes);
