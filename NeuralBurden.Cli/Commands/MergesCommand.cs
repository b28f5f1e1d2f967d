using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb merges [NAME]</c>: the ways to merge tokens, or one in full.</summary>
internal static class MergesCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("merges", "Lists the ways to merge tokens, or describes one.");
        var name = new Argument<string?>("NAME")
        {
            Description = "A merging to describe.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Arguments.Add(name);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var one = parsed.GetValue(name) is { } wanted ? MergingCatalog.Find(wanted) : null;
            if (parsed.GetValue(json))
                JsonOption.Write(shell, one is null ? JsonOption.Array(MergingCatalog.All, Json) : Json(one));
            else if (one is null)
                shell.Console.Write(List());
            else
                Describe(shell, one);
            return 0;
        });
        return command;
    }

    private static JsonObject Json(MergingKind kind) => new()
    {
        ["name"] = kind.Name,
        ["summary"] = kind.Summary,
        ["rule"] = kind.Rule,
        ["source"] = kind.Source,
        ["control"] = kind.IsControl,
        ["keys"] = JsonOption.Array(Fields(kind), field => new JsonObject
        {
            ["key"] = field.Key,
            ["default"] = Default(field, kind),
            ["meaning"] = field.Documentation,
        }),
    };

    private static Table List()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Merging", "What it does", "Source");
        foreach (var kind in MergingCatalog.All)
            table.AddRow(Markup.Escape(kind.Name), Markup.Escape(kind.Summary), Markup.Escape(kind.Source));
        return table;
    }

    private static void Describe(Shell shell, MergingKind kind)
    {
        shell.Output.WriteLine($"{kind.Name}: {kind.Summary}");
        shell.Output.WriteLine($"Rule: {kind.Rule}");
        shell.Output.WriteLine($"Source: {kind.Source}");
        var table = new Table().Border(TableBorder.Simple).AddColumns("Key", "Default", "Meaning");
        foreach (var field in Fields(kind))
        {
            table.AddRow(
                Markup.Escape(field.Key),
                Markup.Escape(Default(field, kind)),
                Markup.Escape(field.Documentation));
        }

        shell.Console.Write(table);
    }

    private static string Default(ConfigField field, MergingKind kind) =>
        field.InEffect(RunConfig.Default with { Tokens = new TokensConfig { Merge = kind.Name } });

    private static IEnumerable<ConfigField> Fields(MergingKind kind) =>
        ((string[])[.. kind.Keys, "tokens.start", "tokens.stop"]).Select(key => ConfigFields.Find(key)!);
}
