using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb eval CHECKPOINT [OTHER]</c>: a stored model on the test set of its config, or two on the same images.</summary>
internal static class EvalCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("eval", "How a stored model classifies its test set; two models on the same images.");
        var checkpoints = new Argument<string[]>("CHECKPOINT")
        {
            Description = "A model of this program, a run folder, or a ViT of timm, DeiT, HuggingFace or torchvision; "
                + "two are compared.",
            Arity = new ArgumentArity(1, 2),
        };
        var logits = CliOption.Of<string?>(
            "--logits", "FILE", "Writes the logits as .npy [images, classes], in the order of the test set.");
        var common = new CommonOptions();
        var model = new ModelOptions();
        command.Takes(checkpoints, logits);
        common.AddConfigTo(command);
        common.AddDataTo(command);
        model.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string[] paths = [.. parsed.GetRequiredValue(checkpoints).Select(ModelPath.Of)];
            string? file = parsed.GetValue(logits);
            if (file is not null && paths.Length == 2) throw new UserException("--logits is for one model");
            RunConfig[] configs = [.. paths.Select(p => StoredConfig.For(shell, p, common, parsed, model.Hints(parsed)))];
            var options = common.Options(parsed) with { Logits = file is not null };
            if (paths.Length == 2) RequireSameImages();
            EvaluationResult[] results = [.. paths.Zip(configs, (path, config) => Evaluate(config, path))];
            bool asJson = parsed.GetValue(json);
            if (results is [var a, var b])
            {
                var comparison = ModelComparison.Of(a.Outcomes!, b.Outcomes!);
                if (asJson) JsonOption.Write(shell, ComparisonText.Json(paths, configs[0], a, comparison));
                else ComparisonText.Write(shell, paths, configs[0], a, comparison);
                return Task.FromResult(0);
            }

            if (file is not null) NpyFile.Write(file, [results[0].Images, results[0].Classes], results[0].Logits);
            if (asJson) JsonOption.Write(shell, EvaluationText.Json(paths[0], configs[0], results[0]));
            else EvaluationText.Write(shell, configs[0], results[0]);
            return Task.FromResult(0);

            EvaluationResult Evaluate(RunConfig config, string path)
            {
                var result = shell.Engine.Evaluate(config, path, options, cancellation);
                return result.NonFiniteImage is not { } image
                    ? result
                    : throw new CheckpointFormatException(
                        path, "logits", $"are not finite for test image {image}; such a model cannot be judged");
            }

            void RequireSameImages()
            {
                var images = configs.Select(c => shell.Engine.Fingerprint(c, options)).ToArray();
                if (images[0].TestSha256 == images[1].TestSha256) return;
                throw new UserException(
                    $"{paths[0]} is judged on '{configs[0].Data.Name}' and {paths[1]} on '{configs[1].Data.Name}', whose "
                    + "test images are others: --data NAME takes one set for both");
            }
        });
        return command;
    }
}
