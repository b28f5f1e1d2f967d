using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Fetching;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb data verify [NAME]</c>: sizes and checksums of the files that are there.</summary>
internal static class DataVerifyCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("verify", "Checks sizes and SHA-256 sums of a data set's files; of all by default.");
        var name = new Argument<string?>("NAME")
        {
            Description = "The data set, as 'nb data list' has it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dataDir = CommonOptions.DataDir();
        command.Takes(name, dataDir);
        command.SetAction(parsed =>
        {
            var options = new DataOptions { DataDir = parsed.GetValue(dataDir) };
            var checks = parsed.GetValue(name) switch
            {
                null => DatasetCatalog.List(options).Where(s => s.Location is not null).SelectMany(s => Checks(s, options)),
                { } one when PackedDataset.IsName(one) =>
                    [DatasetVerifier.VerifyPacked(PackedDataset.Find(one, DataFolder.Resolve(options.DataDir)))],
                { } one => DatasetVerifier.Verify(DatasetCatalog.Manifest(one), options),
            };
            int wrong = 0;
            foreach (var check in checks)
            {
                shell.Output.WriteLine($"{check.Path}: {check.Problem ?? "right"}");
                wrong += check.Problem is null ? 0 : 1;
            }

            return wrong == 0 ? 0 : throw new UserException($"{wrong} files are not those of their manifest");
        });
        return command;
    }

    private static IEnumerable<FileCheck> Checks(DatasetStatus status, DataOptions options) =>
        status.Manifest.Format == DatasetFormat.Packed
            ? [DatasetVerifier.VerifyPacked(status.Location!)]
            : DatasetVerifier.Verify(status.Manifest, options);
}
