using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>One key of the block <c>study:</c>; it takes a list whose items are values of a config key.</summary>
public abstract class StudyField
{
    private protected StudyField(string key, string itemKey, string documentation) =>
        (Key, Item, Documentation) = (key, ConfigFields.Find(itemKey)!, documentation);

    /// <summary>Dotted key without <c>study.</c>, such as <c>merging.r</c>.</summary>
    public string Key { get; }

    /// <summary>The key of a run that an item is a value of: it says what an item may be.</summary>
    public ConfigField Item { get; }

    public string Documentation { get; }

    /// <summary>The canonical texts of the items.</summary>
    public abstract IReadOnlyList<string> Get(StudyConfig study);

    /// <summary>The study with this list set from its texts.</summary>
    /// <exception cref="ConfigException">An item is of the wrong type, out of range, or there twice.</exception>
    public abstract StudyConfig Set(StudyConfig study, IReadOnlyList<string> items);
}
