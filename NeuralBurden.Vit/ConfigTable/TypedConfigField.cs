using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A field of one type.</summary>
internal sealed class TypedConfigField<T>(
    string key,
    string documentation,
    string? unit,
    Scalar<T> scalar,
    Func<RunConfig, T> get,
    Func<RunConfig, T, RunConfig> set,
    Func<RunConfig, T> inEffect,
    bool hashedWhenSet) : ConfigField(key, documentation, unit, hashedWhenSet)
{
    public override string Allowed => scalar.Allowed;

    public override ScalarSchema Schema => scalar.Schema;

    public override bool IsText => scalar.IsText;

    public override string Get(RunConfig config) => scalar.Format(get(config));

    public override string InEffect(RunConfig config) => scalar.Format(inEffect(config));

    public override RunConfig Set(RunConfig config, string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
                throw new SettingException(Key, $"has the control character U+{(int)c:X4}; allowed: {scalar.Allowed}");
        }

        try
        {
            return set(config, scalar.Parse(text));
        }
        catch (FormatException e)
        {
            throw new SettingException(Key, e.Message);
        }
    }
}
