using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Presets;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb methods [NAME]</c>: the pruning methods, or one in full.</summary>
internal static class MethodsCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("methods", "Lists the pruning methods, or describes one.");
        var name = new Argument<string?>("NAME")
        {
            Description = "A method to describe.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Arguments.Add(name);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var one = parsed.GetValue(name) is { } wanted ? MethodCatalog.BuiltIn.Find(wanted) : null;
            var all = MethodCatalog.BuiltIn.Presets;
            if (parsed.GetValue(json))
                JsonOption.Write(shell, one is null ? JsonOption.Array(all, Json) : Json(one));
            else if (one is null)
                shell.Console.Write(List(all));
            else
                Describe(shell, one);
            return 0;
        });
        return command;
    }

    private static JsonObject Json(MethodPreset preset) => new()
    {
        ["name"] = preset.Name,
        ["summary"] = preset.Summary,
        ["rule"] = preset.Rule,
        ["pruned"] = preset.Pruned,
        ["returning"] = preset.Returning,
        ["source"] = preset.Source,
        ["scaled"] = preset.Scaled,
        ["sparsity"] = preset.Sparsity,
        ["takes_sparsity"] = preset.TakesSparsity,
        ["distribution"] = preset.Distribution,
        ["start"] = preset.Timing.Start.ToString(),
        ["end"] = preset.Timing.End.ToString(),
        ["stop"] = preset.Timing.Stop.ToString(),
        ["update_every"] = preset.Timing.Every.ToString(),
        ["parameters"] = JsonOption.Array(preset.Parameters, p => new JsonObject
        {
            ["name"] = p.Name,
            ["default"] = p.Default,
            ["allowed"] = p.Allowed,
            ["meaning"] = p.Meaning,
        }),
    };

    private static Table List(IEnumerable<MethodPreset> presets)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Method", "What it does", "Source");
        foreach (var preset in presets)
        {
            table.AddRow(
                Markup.Escape(preset.Name), Markup.Escape(preset.Summary), Markup.Escape(preset.Source));
        }

        return table;
    }

    private static void Describe(Shell shell, MethodPreset preset)
    {
        var output = shell.Output;
        output.WriteLine($"{preset.Name}: {preset.Summary}");
        foreach (var (heading, text) in MethodPage.Of(preset)) output.WriteLine($"{heading}: {text}");
        if (preset.Parameters.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Parameter", "Default", "Allowed", "Meaning");
        foreach (var p in preset.Parameters)
        {
            table.AddRow(
                Markup.Escape($"pruning.parameters.{p.Name}"),
                Markup.Escape(p.Default),
                Markup.Escape(p.Allowed),
                Markup.Escape(p.Meaning));
        }

        shell.Console.Write(table);
    }
}
