using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.OneShot;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb prune MODEL -o FILE</c>: a stored model of any program pruned at once, and trained further if asked.</summary>
internal static class PruneCommand
{
    private static readonly (string Name, OneShotCriterion Value)[] Criteria =
        [("magnitude", OneShotCriterion.Magnitude), ("wanda", OneShotCriterion.Wanda), ("sparsegpt", OneShotCriterion.SparseGpt)];

    private static readonly (string Name, PruningScope Value)[] Scopes =
        [("all", PruningScope.All), ("attention", PruningScope.Attention), ("mlp", PruningScope.Mlp)];

    public static Command Create(Shell shell)
    {
        var command = new Command("prune", "Prunes a stored model at once; --epochs trains it further with its mask.");
        var checkpoint = new Argument<string>("MODEL")
        {
            Description = "A model of this program, a run folder, or a ViT of timm, DeiT, HuggingFace or torchvision.",
        };
        var output = new Option<string>("--output", "-o") { Description = "File to write.", HelpName = "FILE", Required = true };
        var sparsity = CliOption.Of<string>("--sparsity", "SHARE", "Share of the weights that go, such as 0.5 or 50%.", "50%");
        var method = Choice("--method", "Which weights go", [.. Criteria.Select(c => c.Name)]);
        var scope = Choice("--scope", "Which matrices are pruned", [.. Scopes.Select(s => s.Name)]);
        var global = new Option<bool>("--global") { Description = "Ranks the magnitudes of all matrices together." };
        var images = Number("--images", "Calibration images of wanda and sparsegpt, the first of the training split.", 128);
        var epochs = Number("--epochs", "Epochs of training after pruning, with the mask kept; 0 = none.", 0);
        var common = new CommonOptions();
        var known = new ModelOptions();
        command.Takes(checkpoint, output, sparsity, method, scope, global, images, epochs);
        common.AddConfigTo(command);
        common.AddOutTo(command);
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string source = ModelPath.Of(parsed.GetRequiredValue(checkpoint)), target = parsed.GetRequiredValue(output);
            var options = new OneShotOptions
            {
                Criterion = Criteria.First(c => c.Name == parsed.GetValue(method)).Value,
                Sparsity = Share(parsed.GetValue(sparsity)!),
                Scope = Scopes.First(s => s.Name == parsed.GetValue(scope)).Value,
                Global = parsed.GetValue(global),
                Images = parsed.GetValue(images),
            };
            if (options.Global && options.Criterion != OneShotCriterion.Magnitude)
                throw new UserException("--global ranks magnitudes; scores of wanda and sparsegpt are compared within a matrix");
            if (options.Criterion != OneShotCriterion.Magnitude && options.Images == 0)
                throw new UserException($"--images 0: {parsed.GetValue(method)} needs calibration images; allowed: 1 or more");
            int training = parsed.GetValue(epochs);
            bool needsImages = training > 0 || options.Criterion != OneShotCriterion.Magnitude;
            var (config, stored) = Model(source, common, known, parsed, needsImages);
            var pruned = OneShotPruning.Run(config, stored, common.Options(parsed), options, cancellation);
            if (needsImages) pruned.SetExtra(CheckpointKeys.Config, ConfigText.ToYaml(config));
            pruned.Save(target);
            var (kept, all) = Kept(pruned);
            bool asJson = parsed.GetValue(json);
            var told = asJson ? shell.Aside() : shell;
            told.Output.WriteLine(
                $"{target}: {ReportText.Number(kept, "#,0")} of {ReportText.Number(all, "#,0")} weights "
                + "of its pruned matrices kept");
            string? run = training > 0 ? Train(told, config, target, training, common, parsed, cancellation) : null;
            if (asJson)
            {
                JsonOption.Write(shell, new JsonObject
                {
                    ["checkpoint"] = source,
                    ["file"] = target,
                    ["weights"] = all,
                    ["weights_kept"] = kept,
                    ["run"] = run,
                });
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static (RunConfig Config, StoredModel Stored) Model(
        string source, CommonOptions common, ModelOptions known, ParseResult parsed, bool needsImages)
    {
        var hints = known.Hints(parsed);
        var overrides = common.Overrides(parsed);
        var (file, foreign, _) = StoredConfig.Of(source, hints);
        var config = ConfigExpansion.Single(file, overrides);
        if (needsImages && foreign) StoredConfig.RequireData(source, config, overrides);
        var normalization = hints.Normalization ?? (config.Data.Normalize.IsDataset ? null : config.Data.Normalize);
        var stored = StoredModel.Open(source, hints with { Normalization = normalization });
        // A file of this program carries the numbers that it was trained with.
        if (config.Data.Normalize.IsDataset && stored.Normalization is { } own)
            config = config with { Data = config.Data with { Normalize = own } };
        return (config, stored);
    }

    private static string Train(
        Shell shell, RunConfig config, string model, int epochs, CommonOptions common, ParseResult parsed,
        CancellationToken cancellation)
    {
        bool Given(string key) => common.Overrides(parsed).Settings.Any(s => s.Key == key);
        var run = common.Resolve(shell, parsed)(config with
        {
            Name = Given("name") ? config.Name : Path.GetFileNameWithoutExtension(model),
            Model = config.Model with { InitFrom = Path.GetFullPath(model) },
            Pruning = new PruningConfig { Method = "fixed" },
            Train = config.Train with { Epochs = epochs },
            // A pretrained model is lost at the rate that a new one learns with.
            Optim = config.Optim with
            {
                Lr = Given("optim.lr") ? config.Optim.Lr : 1e-4,
                Warmup = Given("optim.warmup") ? config.Optim.Warmup : Duration.Percent(10),
            },
            Burden = new BurdenConfig { ProbeImages = 0 },
        });
        var runs = new Experiment(shell, common.Out(parsed), common.Options(parsed)).Execute([run], cancellation);
        ResultTable.Write(shell, runs);
        string folder = Path.Combine(common.Out(parsed), ConfigText.RunId(run));
        ReportFile.Write(shell, Path.Combine(folder, HtmlReport.FileName), run.Name, runs);
        return folder;
    }

    private static (long Kept, long All) Kept(Checkpoint model)
    {
        long kept = 0, all = 0;
        foreach (string name in model.Names.Where(n => n.StartsWith(CheckpointKeys.Mask, StringComparison.Ordinal)))
        {
            int weights = (int)model.Count(name[CheckpointKeys.Mask.Length..]);
            all += weights;
            foreach (ulong word in model.Mask(name[CheckpointKeys.Mask.Length..], weights)) kept += long.PopCount((long)word);
        }

        return (kept, all);
    }

    private static double Share(string text)
    {
        bool percent = text.EndsWith('%');
        bool sound = double.TryParse(percent ? text[..^1] : text, out double share);
        share = percent ? share / 100 : share;
        return sound && share is >= 0 and < 1
            ? share
            : throw new UserException($"--sparsity {text}: allowed: a share from 0 to below 1, such as 0.5 or 50%");
    }

    private static Option<string> Choice(string name, string description, string[] allowed)
    {
        string all = string.Join(", ", allowed);
        return CliOption.Of<string>(name, "NAME", $"{description}: {all}.", allowed[0]).Require(allowed.Contains, all);
    }

    private static Option<int> Number(string name, string description, int standard) =>
        CliOption.Of<int>(name, "N", description, standard).Whole(0, 1_000_000);
}
