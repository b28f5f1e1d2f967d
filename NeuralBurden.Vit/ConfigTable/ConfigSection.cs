using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A part of the config as a record of its own, whose fields are declared by what they are within it.</summary>
/// <param name="get">The part.</param>
/// <param name="set">The config with another part.</param>
internal sealed class ConfigSection<TSection>(
    Func<RunConfig, TSection> get, Func<RunConfig, TSection, RunConfig> set)
{
    /// <param name="key">Dotted.</param>
    /// <param name="documentation">One sentence.</param>
    /// <param name="scalar">Text form and range.</param>
    /// <param name="value">The field's value.</param>
    /// <param name="with">The section with another value.</param>
    /// <param name="unit">See <see cref="ConfigField.Unit"/>.</param>
    /// <param name="hashedWhenSet">See <see cref="ConfigField.IsHashedWhenSet"/>.</param>
    /// <param name="inEffect">What takes effect, where the value is <c>auto</c>; by default the value.</param>
    /// <param name="takesList">See <see cref="ConfigField.TakesList"/>.</param>
    public ConfigField Field<T>(
        string key,
        string documentation,
        Scalar<T> scalar,
        Func<TSection, T> value,
        Func<TSection, T, TSection> with,
        string? unit = null,
        bool hashedWhenSet = false,
        Func<TSection, T>? inEffect = null,
        bool takesList = false) => new TypedConfigField<T>(
            key,
            documentation,
            unit,
            scalar,
            config => value(get(config)),
            (config, v) => set(config, with(get(config), v)),
            config => (inEffect ?? value)(get(config)),
            hashedWhenSet)
        {
            TakesList = takesList,
        };
}
