using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>
/// One key of a config: what it means, what it may be, and how to read it from and write it into a record.
/// </summary>
public abstract class ConfigField
{
    private protected ConfigField(string key, string documentation, string? unit, bool isHashedWhenSet)
    {
        IsHashedWhenSet = isHashedWhenSet;
        Key = key;
        Documentation = documentation;
        Unit = unit;
    }

    /// <summary>Dotted key, such as <c>model.dim</c>.</summary>
    public string Key { get; }

    public string Documentation { get; }

    /// <summary>Unit of a plain number, null where there is none or the value carries its own.</summary>
    public string? Unit { get; }

    /// <summary>
    /// Whether the hash leaves the field out while it has its default: a field younger than stored runs, with a default
    /// that does what the program did before, so that those runs are still found.
    /// </summary>
    internal bool IsHashedWhenSet { get; }

    /// <summary>Whether a list of YAML is one value, its items joined by commas.</summary>
    public bool TakesList { get; init; }

    /// <summary>The allowed values for a reader.</summary>
    public abstract string Allowed { get; }

    public abstract ScalarSchema Schema { get; }

    /// <summary>Whether the value is a string to YAML.</summary>
    public abstract bool IsText { get; }

    /// <summary>The canonical text of the field's value.</summary>
    public abstract string Get(RunConfig config);

    /// <summary>The canonical text of what takes effect: where the value is <c>auto</c>, what that comes to.</summary>
    public virtual string InEffect(RunConfig config) => Get(config);

    /// <summary>The config with this field set from its text.</summary>
    /// <exception cref="SettingException">The text is of the wrong type or out of range.</exception>
    public abstract RunConfig Set(RunConfig config, string text);
}
