using System.Globalization;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Sweeps;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Schemas;

/// <summary>
/// The JSON Schema (draft 2020-12) of config files, for editors, made from the table of fields.
/// </summary>
public static class ConfigSchema
{
    public static JsonObject Create()
    {
        var properties = new JsonObject();
        foreach (var field in ConfigFields.All.Where(f => !f.Key.Contains('.', StringComparison.Ordinal)))
            properties[field.Key] = Field(field);
        foreach (var (name, documentation) in ConfigFields.Sections)
            properties[name] = Section(name, documentation);
        properties["sweep"] = Sweep();
        properties["study"] = StudySchema.Create();
        properties["slurm"] = Slurm();
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "NeuralBurden run",
            ["description"] = "One run and, optionally, a sweep over it.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Slurm()
    {
        var properties = new JsonObject();
        foreach (var field in SlurmField.All)
        {
            properties[field.Key] = new JsonObject
            {
                ["description"] = $"{field.Documentation} Allowed: {field.Allowed}.",
                ["type"] = Types(["string", "integer"]),
                ["pattern"] = field.Pattern,
            };
        }

        properties[SlurmField.Modules] = new JsonObject
        {
            ["description"] = SlurmField.Module.Documentation,
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = SlurmField.Module.Pattern },
        };
        return new JsonObject
        {
            ["description"] = "What 'nb sweep --engine slurm' asks for; no part of a run.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("time"),
            ["properties"] = properties,
        };
    }

    private static JsonObject Section(string name, string documentation)
    {
        var properties = new JsonObject();
        string prefix = name + ".";
        foreach (var field in ConfigFields.All.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)))
            properties[field.Key[prefix.Length..]] = Field(field);
        if (ConfigFields.ParametersPrefix.StartsWith(prefix, StringComparison.Ordinal))
        {
            properties[ConfigFields.ParametersPrefix[prefix.Length..^1]] = new JsonObject
            {
                ["description"] = "The pruning method's own parameters; 'nb methods NAME' lists them.",
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject
                {
                    ["type"] = Types(["number", "string", "boolean"]),
                },
            };
        }

        return new JsonObject
        {
            ["description"] = documentation,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Field(ConfigField field)
    {
        var schema = field.Schema;
        var json = new JsonObject
        {
            ["description"] = field.Documentation + (field.Unit is null ? "" : $" Unit: {field.Unit}."),
            ["type"] = Types(schema.Types),
            ["default"] = Default(field),
        };
        if (schema is { Choices: { } names, Pattern: { } form })
        {
            // Either one: an editor offers the names and accepts the form.
            json["anyOf"] = new JsonArray(
                new JsonObject { ["enum"] = Names(names) }, new JsonObject { ["pattern"] = form });
            return json;
        }

        if (schema.Choices is { } choices)
            json["enum"] = Names(choices);
        if (schema.Minimum is { } minimum)
            json["minimum"] = minimum;
        if (schema.ExclusiveMinimum is { } above)
            json["exclusiveMinimum"] = above;
        if (schema.Maximum is { } maximum)
            json["maximum"] = maximum;
        if (schema.Pattern is { } pattern)
            json["pattern"] = pattern;
        return json;
    }

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => JsonValue.Create(n))];

    private static JsonNode Types(IReadOnlyList<string> types) => types is [var only]
        ? JsonValue.Create(only)
        : new JsonArray([.. types.Select(t => JsonValue.Create(t))]);

    private static JsonValue Default(ConfigField field)
    {
        string text = field.Get(RunConfig.Default);
        if (field.Schema.Types.Contains("boolean") && text is "true" or "false")
            return JsonValue.Create(text == "true");
        return !field.IsText && double.TryParse(text, CultureInfo.InvariantCulture, out double number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static JsonObject Sweep()
    {
        JsonObject Settings(string description, JsonArray values) => new()
        {
            ["description"] = description,
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = values },
        };
        return new JsonObject
        {
            ["description"] = "Runs that 'nb run' makes of this config; 'nb train' ignores it.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["variants"] = new JsonObject
                {
                    ["description"] = "Named settings; a list makes the key an axis of its variant.",
                    ["type"] = "object",
                    ["additionalProperties"] = Settings(
                        "Settings of one variant, with dotted or nested keys.",
                        ["number", "string", "boolean", "object", "array", "null"]),
                },
                ["grid"] = Settings("Axes that every variant is crossed with.", ["array", "object"]),
            },
        };
    }
}
