using System.Text.Json.Nodes;

namespace NeuralBurden.Vit.Reports;

/// <summary>The JSON Schema of <see cref="DeviceFile"/>, for those who send theirs and for other readers.</summary>
public static class DeviceFileSchema
{
    public static JsonObject Create()
    {
        var root = Object(
            ("format", new JsonObject { ["const"] = DeviceFile.FormatName }),
            ("version", new JsonObject { ["const"] = DeviceFile.FormatVersion }),
            ("date", new JsonObject { ["type"] = "string", ["format"] = "date-time" }),
            ("software", Text()),
            ("complete", new JsonObject { ["type"] = "boolean" }),
            ("machine", Object(("processor", Text()), ("cores", Number(1)))),
            ("devices", List(Object(("id", Text()), ("name", Text()), ("capabilities", List(Text()))))),
            ("peaks", List(Object(
                ("device", Text()),
                ("threads", Number(1)),
                ("gflops", Number()),
                ("levels", List(Object(("bytes", Number()), ("gigabytes_per_second", Number()))))))),
            ("ops", List(Entry(("name", Text()), ("shape", Text())))),
            ("workloads", List(Entry(
                ("case", Text()),
                ("kind", new JsonObject { ["enum"] = new JsonArray("step", "infer") }),
                ("depth", Number(1)),
                ("tokens", Number(1)),
                ("batch", Number(1))))));
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        root["title"] = "Figures of nb bench devices";
        return root;
    }

    // Figures exist exactly where the check passed.
    private static JsonObject Entry(params (string Name, JsonNode Schema)[] own)
    {
        var entry = Object(
            [.. own, ("dim", Number(1)), ("device", Text()), ("threads", Number(1)), ("clock", Text()), ("check", Text())]);
        entry["if"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["check"] = new JsonObject { ["const"] = "passed" } },
        };
        entry["then"] = Object(
            ("seconds_median", Number()), ("seconds_lower_quartile", Number()), ("seconds_upper_quartile", Number()));
        return entry;
    }

    private static JsonObject Object(params (string Name, JsonNode Schema)[] required) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray([.. required.Select(p => JsonValue.Create(p.Name))]),
        ["properties"] = new JsonObject(required.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Schema))),
    };

    private static JsonObject List(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Number(double least = 0) => new() { ["type"] = "number", ["minimum"] = least };
}
