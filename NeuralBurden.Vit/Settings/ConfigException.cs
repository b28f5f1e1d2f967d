namespace NeuralBurden.Vit.Settings;

/// <summary>
/// A config value that cannot be used. The message names the key, the value and what is allowed.
/// </summary>
public sealed class ConfigException(string key, string message) : Exception($"{key}: {message}")
{
    /// <summary>Dotted key, such as <c>model.dim</c>.</summary>
    public string Key { get; } = key;
}
