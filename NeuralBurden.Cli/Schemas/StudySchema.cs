using System.Text.Json.Nodes;
using NeuralBurden.Cli.Study;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Cli.Schemas;

/// <summary>The JSON Schema of the block <c>study:</c>.</summary>
internal static class StudySchema
{
    public static JsonObject Create()
    {
        var row = Open("Keys of a run with a value or a list of values, all crossed; 'seeds' and 'small' besides.");
        row["properties"] = new JsonObject
        {
            ["seeds"] = Seeds("Seeds of this row instead of the study's."),
            ["small"] = new JsonObject
            {
                ["description"] = "Dense networks with as many parameters as these sparsities keep.",
                ["type"] = Types("array", "string", "number"),
            },
        };
        var rows = Open("The runs of the study, by row.");
        rows["additionalProperties"] = row;
        var settings = Open("What all runs of a method get beyond the base, by method.");
        settings["additionalProperties"] = Open("Keys of a run with their values.");
        return Closed("The rows that 'nb study' makes runs of.", new JsonObject
        {
            ["seeds"] = Seeds("Seeds of rows that have none of their own."),
            ["silencing"] = Value("Whether finished runs are measured with units silenced too.", "boolean"),
            ["settings"] = settings,
            ["rows"] = rows,
            ["focus"] = Focus(),
        });
    }

    private static JsonObject Focus() => Closed("What the study is to confirm.", new JsonObject
    {
        ["method"] = Value("The pruning method under test.", "string"),
        ["sparsity"] = Value("The sparsity at which it is tested.", "string", "number"),
        ["epochs"] = Value("Training length; the base's by default.", "integer"),
        ["merge"] = Open("Keys under 'tokens.': the merge under test."),
        ["plain"] = Value("The best plain method.", "string"),
        ["tests"] = new JsonObject
        {
            ["description"] = "Confirmatory hypotheses.",
            ["type"] = "array",
            ["items"] = new JsonObject
            {
                ["enum"] = new JsonArray([.. StudyHypotheses.All.Select(h => JsonValue.Create(h.Id))]),
            },
        },
        ["seeds"] = Seeds("Fresh seeds that confirm; no other seed does."),
    });

    private static JsonObject Seeds(string description) => new()
    {
        ["description"] = $"{description} Allowed: {StudySeeds.Allowed}.",
        ["type"] = Types("array", "integer", "string"),
        ["items"] = new JsonObject { ["type"] = Types("integer", "string") },
    };

    private static JsonObject Value(string description, params string[] types) => new()
    {
        ["description"] = description,
        ["type"] = types is [var one] ? JsonValue.Create(one) : Types(types),
    };

    private static JsonObject Open(string description) => new() { ["description"] = description, ["type"] = "object" };

    private static JsonObject Closed(string description, JsonObject properties) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = properties,
    };

    private static JsonArray Types(params string[] types) => [.. types.Select(t => JsonValue.Create(t))];
}
