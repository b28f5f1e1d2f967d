namespace NeuralBurden.Cli.Config;

/// <summary>A dotted key with its text, as written.</summary>
public sealed record ConfigSetting(string Key, string Text, ConfigOrigin Origin);
