using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Schemas;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb config show [CONFIG]</c> and <c>nb config schema</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create(Shell shell) =>
        new("config", "Keys of a config: what they mean and what they are.") { Show(shell), Schema(shell) };

    private static Command Show(Shell shell)
    {
        var command = new Command("show", "Prints a config in full, with every key's meaning and range.");
        var path = new Argument<string?>("CONFIG")
        {
            Description = "A config; the defaults without one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var set = new Option<string[]>("--set") { Description = "Overrides a key.", HelpName = "KEY=VALUE" };
        command.Takes(path, set);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var overrides = ConfigOverrides.Parse(parsed.GetValue(set) ?? [], []);
            var file = parsed.GetValue(path) is { } given
                ? ConfigFile.Load(given)
                : ConfigFile.Parse("the defaults", "");
            var config = ConfigExpansion.Single(file, overrides);
            if (parsed.GetValue(json))
                JsonOption.Write(shell, JsonOption.Array(ConfigFields.Of(config), f => Json(f, config)));
            else
                shell.Output.Write(Explained(config));
            return 0;
        });
        return command;
    }

    private static Command Schema(Shell shell)
    {
        var command = new Command("schema", "Prints the JSON Schema of configs, for editors.");
        command.SetAction(_ =>
        {
            JsonOption.Write(shell, ConfigSchema.Create());
            return 0;
        });
        return command;
    }

    private static JsonObject Json(ConfigField field, RunConfig config) => new()
    {
        ["key"] = field.Key,
        ["value"] = field.Get(config),
        ["default"] = ConfigFields.Of(RunConfig.Default).Any(f => f.Key == field.Key)
            ? field.Get(RunConfig.Default)
            : null,
        ["allowed"] = field.Allowed,
        ["unit"] = field.Unit,
        ["documentation"] = field.Documentation,
    };

    /// <summary>The config's YAML, which reads back, with each key's documentation above it.</summary>
    private static string Explained(RunConfig config)
    {
        var fields = ConfigFields.Of(config).ToDictionary(f => f.Key);
        var text = new StringBuilder();
        string section = "";
        foreach (string line in ConfigText.ToYaml(config).TrimEnd('\n').Split('\n'))
        {
            string name = line.Trim().Split(':')[0];
            string key = line.StartsWith(' ') ? $"{section}.{name}" : name;
            if (fields.TryGetValue(key, out var field))
            {
                string indent = line[..^line.TrimStart().Length];
                string unit = field.Unit is null ? "" : $" [{field.Unit}]";
                text.Append($"{indent}# {field.Documentation}{unit} Allowed: {field.Allowed}\n");
            }
            else if (!line.StartsWith(' '))
            {
                section = name;
                string about = ConfigFields.Sections.First(s => s.Name == name).Documentation;
                text.Append($"\n# {about}\n");
            }

            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
