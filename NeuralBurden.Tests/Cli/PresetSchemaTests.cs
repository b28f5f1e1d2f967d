using System.Text.Json;
using Json.Schema;
using NeuralBurden.Cli.Schemas;
using NeuralBurden.Tests.Style;
using Xunit;
using YamlDotNet.Serialization;

namespace NeuralBurden.Tests.Cli;

/// <summary>What 'nb config schema' prints, by a validator that is not ours.</summary>
public class PresetSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigSchema.Create().ToJsonString());

    public static TheoryData<string> Presets() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "configs"), "*.yaml").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_obeys_the_schema_and_with_a_misspelt_key_none_does(string name)
    {
        string yaml = File.ReadAllText(Path.Combine(Repository.Root, "configs", name));

        var result = Schema.Evaluate(Json(yaml), new EvaluationOptions { OutputFormat = OutputFormat.List });

        var errors = result.Details!.Where(d => d.Errors is not null)
            .Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Values)}");
        Assert.True(result.IsValid, string.Join(Environment.NewLine, errors));
        Assert.False(Schema.Evaluate(Json(yaml + "\nmodle: {dim: 64}\n")).IsValid);
        Assert.False(Schema.Evaluate(Json("model: {dim: [1]}")).IsValid);
    }

    private static JsonElement Json(string yaml)
    {
        object? tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(yaml);
        string json = new SerializerBuilder().JsonCompatible().Build().Serialize(tree);
        return JsonDocument.Parse(json).RootElement;
    }
}
