using System.Globalization;

namespace NeuralBurden.Pruning.Errors;

/// <summary>
/// A setting that cannot be used, found before any work that depends on it. The message names the setting, its value and
/// what is allowed. Whoever holds settings in a block says which by <see cref="Within"/>.
/// </summary>
public sealed class SettingException(string key, string problem) : Exception($"{key}: {problem}")
{
    /// <summary>"sparsity: 1.2; allowed: in [0, 1)".</summary>
    public SettingException(string key, object? value, string allowed)
        : this(key, string.Create(CultureInfo.InvariantCulture, $"{value}; allowed: {allowed}"))
    {
    }

    /// <summary>Its name, with dots, among the settings that were given: <c>sparsity</c>, or <c>pruning.sparsity</c>.</summary>
    public string Key { get; } = key;

    /// <summary>The message without the name.</summary>
    public string Problem { get; } = problem;

    /// <summary>The same of settings that lie in a block.</summary>
    public SettingException Within(string block) => new($"{block}.{Key}", Problem);
}
