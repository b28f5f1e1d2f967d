namespace NeuralBurden.Cli.Config;

/// <summary>A key with the values that a sweep gives it, one after the other.</summary>
public sealed record ConfigAxis(string Key, IReadOnlyList<ConfigSetting> Values);
