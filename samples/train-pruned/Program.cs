using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var config = RunConfig.Default with
{
    Name = "sample",
    Data = new DataConfig { Name = "glyphs", TrainCount = 6000, TestCount = 500 },
    Model = new ModelConfig { Dim = 32, Depth = 2, Heads = 2, Patch = 7 },
    Optim = new OptimConfig { Lr = 0.005 },
    Pruning = new PruningConfig { Method = "gmp", Sparsity = 0.8 },
    Train = new TrainConfig { Epochs = 8, BatchSize = 32 },
};
var progress = new Progress<TrainingProgress>(p =>
{
    if (p.Finished is { } epoch) Console.WriteLine($"epoch {epoch.Epoch}: {epoch.TestAccuracy:P1} of the test images right");
});

var run = await TrainingRun.RunAsync(config, "runs", progress, stop.Token);
Console.WriteLine($"{run.Result.TestAccuracy:P1} at {run.Result.Sparsity:P0} sparsity, in {run.Folder.CheckpointPath}");
