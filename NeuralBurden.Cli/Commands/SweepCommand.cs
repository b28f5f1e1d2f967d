using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Cli.Sweeps;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb sweep CONFIG</c>: the runs of a config on all of this machine, or as a job array of Slurm.</summary>
internal static class SweepCommand
{
    private const string Local = "local";
    private const string Slurm = "slurm";

    public static Command Create(Shell shell)
    {
        var command = new Command(
            "sweep", "Trains the missing runs of a config's sweep, several at once, here or on a Slurm cluster.");
        var config = new Argument<string>("CONFIG") { Description = "The sweep." };
        var engine = CliOption.Of<string>(
            "--engine", $"{Local}|{Slurm}",
            "local: the cores and devices of this machine. slurm: a job array, see the config's block 'slurm'.",
            Local);
        engine.AcceptOnlyFromAmong(Local, Slurm);
        var jobs = CliOption.Of<int?>(
            "--jobs", "N", "local: runs at once on the processor; as many as there are cores by default.").Whole(1, 1024);
        var dryRun = new Option<bool>("--dry-run") { Description = "Prints the runs, or the job script; starts nothing." };
        var common = new CommonOptions();
        command.Takes(config, engine, jobs, dryRun);
        common.AddTo(command, withSweep: true);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var file = ConfigFile.Load(parsed.GetRequiredValue(config));
            var overrides = common.Overrides(parsed);
            var configs = ConfigExpansion.Sweep(file, overrides, shell.Engine.Resolve);
            string root = common.Out(parsed), name = ConfigExpansion.BaseName(file, overrides);
            var options = common.Options(parsed);
            bool asJson = parsed.GetValue(json), dry = parsed.GetValue(dryRun), isLocal = parsed.GetValue(engine) == Local;
            // What would stop a later run is found before the first one is submitted or begun.
            var told = asJson ? shell.Aside() : shell;
            var experiment = new Experiment(told, root, options);
            IReadOnlyList<RunConfig> missing = [.. configs.Where(c => !RunFolder.IsFinished(root, c))];
            experiment.CheckData(missing);
            experiment.CheckFiles(missing);
            foreach (var run in missing) shell.Engine.Check(run, options);
            // The devices of a cluster's nodes are not those of the machine that submits.
            if (!isLocal)
            {
                if (asJson) throw new UserException("--json is for --engine local; 'nb sweep status --json' tells of Slurm's");
                new SlurmSweep(shell, SlurmProfile.Read(file), options).Submit(root, name, configs, dry);
                return Task.FromResult(0);
            }

            if (dry && asJson)
            {
                JsonOption.Write(shell, JsonOption.Array(configs, run => new JsonObject
                {
                    ["run"] = ConfigText.RunId(run),
                    ["finished"] = RunFolder.IsFinished(root, run),
                }));
                return Task.FromResult(0);
            }

            if (dry)
            {
                foreach (var run in configs)
                    shell.Output.WriteLine($"{ConfigText.RunId(run)}{(RunFolder.IsFinished(root, run) ? " (finished)" : "")}");
                return Task.FromResult(0);
            }

            experiment.CheckDevices(missing);
            var folder = SweepFolder.Create(root, name, configs);
            var slots = RunSlot.For(configs, parsed.GetValue(jobs) ?? Environment.ProcessorCount, options.Threads);
            var failures = new RunQueue(told, root, options, slots).Execute(configs, cancellation);
            foreach (var (run, reason) in failures) folder.AddFailure(run, reason);
            SweepReport.Write(shell, folder, asJson);
            return failures is [var first, ..]
                ? throw new UserException(
                    $"{failures.Count} of {configs.Count} runs failed; "
                    + $"the first: {ConfigText.RunId(first.Config)}: {first.Reason}")
                : Task.FromResult(0);
        });
        return command;
    }
}
