using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench page FILES</c>: device files, of one machine or several, as a page or as Markdown.</summary>
internal static class BenchPageCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("page", "Shows files of 'nb bench devices --save' side by side.");
        var files = new Argument<string[]>("FILES")
        {
            Description = "Files of nb bench devices --save.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var html = CliOption.Of<string?>("--html", "FILE", "Writes a page; without it prints Markdown.");
        var reference = CliOption.Of<string?>(
            "--base", "NAME", "Device that ratios refer to, as the page names it; the first by default.");
        var schema = new Option<bool>("--schema") { Description = "Prints the JSON Schema of such files." };
        command.Takes(files, html, reference, schema);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(schema))
            {
                JsonOption.Write(shell, DeviceFileSchema.Create());
                return;
            }

            string[] names = parsed.GetValue(files)!;
            if (names.Length == 0) throw new UserException("FILES: allowed: one file of nb bench devices --save or more");
            DeviceFile[] read = [.. names.Select(DeviceFiles.Read)];
            if (parsed.GetValue(html) is not { } path)
            {
                shell.Output.Write(DeviceTables.Markdown(read));
                return;
            }

            try
            {
                AtomicFile.WriteAllText(path, DevicePage.Create(read, parsed.GetValue(reference)));
            }
            catch (ArgumentException e)
            {
                throw new UserException($"--base: {e.Message}");
            }

            shell.Output.WriteLine($"page: {path}");
        });
        return command;
    }
}
