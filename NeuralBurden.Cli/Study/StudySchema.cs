using System.Text.Json.Nodes;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>The JSON Schema of the block <c>study:</c>, made from the table of its fields.</summary>
internal static class StudySchema
{
    public static JsonObject Create()
    {
        var block = Section("The grid that 'nb study' makes of this config.");
        foreach (var field in StudyFields.All)
        {
            string[] path = field.Key.Split('.');
            var into = (JsonObject)block["properties"]!;
            if (path.Length > 1)
            {
                into[path[0]] ??= Section($"Keys of {path[0]}.");
                into = (JsonObject)into[path[0]]!["properties"]!;
            }

            into[path[^1]] = List(field.Documentation, field.Item.Schema);
        }

        block["properties"]![StudyFields.SettingsKey] = new JsonObject
        {
            ["description"] = StudyFields.SettingsDocumentation,
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = "object" },
        };
        return block;
    }

    private static JsonObject Section(string description) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(),
    };

    private static JsonObject List(string description, ScalarSchema item)
    {
        var items = new JsonObject
        {
            ["type"] = new JsonArray([.. item.Types.Select(t => JsonValue.Create(t))]),
        };
        if (item.Choices is { } choices) items["enum"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c))]);
        if (item.Minimum is { } minimum) items["minimum"] = minimum;
        if (item.Maximum is { } maximum) items["maximum"] = maximum;
        return new JsonObject { ["description"] = description, ["type"] = "array", ["items"] = items };
    }
}
