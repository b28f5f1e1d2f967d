using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using OwnMethod;

var config = RunConfig.Default with
{
    Name = "own-method",
    Data = new DataConfig { Name = "glyphs", TrainCount = 2000, TestCount = 500 },
    Model = new ModelConfig { Dim = 32, Depth = 2, Heads = 2, Patch = 7 },
    Pruning = new PruningConfig { Method = "row-relative", Sparsity = 0.75 },
    Train = new TrainConfig { Epochs = 3 },
};
var methods = MethodCatalog.BuiltIn.With(RowRelative.Preset);
var run = await TrainingRun.RunAsync(config, "runs", methods: methods);
Console.WriteLine($"{run.Result.TestAccuracy:P1} at {run.Result.Sparsity:P0} sparsity");
