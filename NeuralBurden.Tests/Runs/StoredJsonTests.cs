using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Runs;

/// <summary>Every record that is stored as JSON, read from a text that lacks all that it may lack.</summary>
public sealed class StoredJsonTests
{
    public static TheoryData<JsonTypeInfo> Records => [.. Reachable([RunJson.Default, StudyJson.Default])];

    // Generated readers set members that a text lacks to null, whatever their initializers say.
    [Theory]
    [MemberData(nameof(Records))]
    public void A_member_that_may_be_absent_is_then_what_the_record_says_it_is(JsonTypeInfo record)
    {
        object read = JsonSerializer.Deserialize(Least(record), record)!;
        object made = Activator.CreateInstance(record.Type, nonPublic: true)!;

        Assert.All(
            record.Properties.Where(p => !p.IsRequired && p.Get is not null),
            p => Assert.Equal(p.Get!(made), p.Get!(read)));
    }

    // Those with a constructor of parameters require all of them.
    private static IEnumerable<JsonTypeInfo> Reachable(JsonSerializerContext[] contexts)
    {
        var seen = new HashSet<Type>();
        foreach (var context in contexts)
        {
            var waiting = new Queue<Type>(context.GetType().GetProperties()
                .Select(p => p.PropertyType)
                .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
                .Select(t => t.GenericTypeArguments[0]));
            while (waiting.TryDequeue(out var type))
            {
                if (!seen.Add(type) || context.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } info) continue;
                foreach (var property in info.Properties) waiting.Enqueue(property.PropertyType);
                if (type.GetConstructor(Type.EmptyTypes) is not null) yield return info;
            }
        }
    }

    private static JsonObject Least(JsonTypeInfo record)
    {
        var least = new JsonObject();
        foreach (var property in record.Properties.Where(p => p.IsRequired))
            least[property.Name] = Any(record.Options.GetTypeInfo(property.PropertyType));
        return least;
    }

    private static JsonNode Any(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => Least(type),
        JsonTypeInfoKind.Enumerable => new JsonArray(),
        JsonTypeInfoKind.Dictionary => new JsonObject(),
        _ when type.Type == typeof(string) => "text",
        _ when type.Type == typeof(bool) => false,
        _ when type.Type == typeof(DateTimeOffset) => "2026-11-27T00:00:00Z",
        _ when type.Type.IsEnum => JsonSerializer.SerializeToNode(Enum.GetValues(type.Type).GetValue(0), type)!,
        _ => 0,
    };
}
