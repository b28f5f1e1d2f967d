using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Fetching;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb data fetch NAME</c>: downloads a data set, checked before use.</summary>
internal static class DataFetchCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("fetch", "Downloads a data set into the data folder; goes on where it broke off.");
        var name = new Argument<string>("NAME") { Description = "The data set, as 'nb data list' has it." };
        var dataDir = CommonOptions.DataDir();
        var offline = new Option<bool>("--offline") { Description = "Only checks what is there; touches no network." };
        command.Takes(name, dataDir, offline);
        command.SetAction(async (parsed, cancellation) =>
        {
            var manifest = DatasetCatalog.Manifest(parsed.GetRequiredValue(name));
            if (manifest.Kind == DatasetKind.Embedded)
            {
                shell.Output.WriteLine($"{manifest.Name} is drawn by the program; there is nothing to fetch");
                return 0;
            }

            if (manifest.Downloads.Count == 0)
                throw new UserException($"data set '{manifest.Name}' has no mirrors to fetch it from");
            using var client = DatasetFetcher.CreateClient();
            var options = new FetchOptions { Offline = parsed.GetValue(offline) };
            string root = DataFolder.Resolve(parsed.GetValue(dataDir)).Path;
            shell.Output.WriteLine($"licence: {manifest.Licence}");
            await new DatasetFetcher(client, options, shell.Output.WriteLine).FetchAsync(manifest, root, cancellation);
            return 0;
        });
        return command;
    }
}
