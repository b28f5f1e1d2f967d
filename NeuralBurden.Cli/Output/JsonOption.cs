using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralBurden.Cli.Output;

/// <summary>The option <c>--json</c> of every command that has figures or a list to tell.</summary>
internal static class JsonOption
{
    // Terminals and files, not web pages: quotes and accents stay readable.
    public static JsonSerializerOptions Readable { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> AddTo(Command command)
    {
        var option = new Option<bool>("--json") { Description = "Prints JSON." };
        command.Options.Add(option);
        return option;
    }

    public static void Write(Shell shell, JsonNode json) =>
        shell.Output.WriteLine(json.ToJsonString(Readable));

    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> convert) =>
        new([.. items.Select(convert)]);

    public static JsonArray Strings(IEnumerable<string> items) =>
        Array(items, item => JsonValue.Create(item));
}
