using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>
/// The table of all config keys, in the order in which they are written. Reading, writing, hashing, the JSON
/// Schema and the listing all come from here.
/// </summary>
public static partial class ConfigFields
{
    /// <summary>
    /// Keys under this prefix are parameters of the pruning method; any name is legal here.
    /// </summary>
    public const string ParametersPrefix = "pruning.parameters.";

    /// <summary>Documentation of each section, in order of writing.</summary>
    public static ImmutableArray<(string Name, string Documentation)> Sections { get; } =
    [
        ("data", "The data set."),
        ("model", "Shape of the Vision Transformer."),
        ("tokens", "Token merging."),
        ("optim", "Optimizer and learning-rate schedule."),
        ("augment", "Augmentation of training images."),
        ("pruning", "Pruning during training."),
        ("train", "Length and batch of the training."),
        ("burden", "Measurement of the neural burden."),
    ];

    /// <summary>All fixed keys.</summary>
    public static ImmutableArray<ConfigField> All { get; } =
        [.. Top, .. Data, .. Model, .. Tokens, .. Optim, .. Augment, .. Pruning, .. Train, .. Burden];

    /// <summary>The field of a dotted key, also of a method's parameter; null for an unknown one.</summary>
    public static ConfigField? Find(string key)
    {
        foreach (var field in All)
        {
            if (field.Key == key)
                return field;
        }

        return ParameterKey().IsMatch(key) ? Parameter(key) : null;
    }

    /// <summary>
    /// All fields that have a value in this config: the fixed ones and its method's parameters.
    /// </summary>
    public static IEnumerable<ConfigField> Of(RunConfig config)
    {
        foreach (var field in All)
        {
            yield return field;
            if (field.Key == LastPruningKey)
            {
                foreach (string name in config.Pruning.Parameters.Keys)
                    yield return Parameter(ParametersPrefix + name);
            }
        }
    }

    private static ConfigField Parameter(string key)
    {
        string name = key[ParametersPrefix.Length..];
        return Section.Pruning.Field(
            key, "A parameter of the pruning method.",
            new TextScalar(@"^[A-Za-z0-9.+%_-]+$", "a number, true, false or a name"),
            s => s.Parameters[name], (s, v) => s with { Parameters = s.Parameters.With(name, v) });
    }

    [GeneratedRegex(@"^pruning\.parameters\.[a-z][a-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterKey();
}
