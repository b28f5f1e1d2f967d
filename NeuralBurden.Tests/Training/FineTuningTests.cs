using NeuralBurden.Compute.Contracts;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>What fine-tuning adds to training: rates by layer, frozen layers, a teacher, a mask kept.</summary>
public sealed class FineTuningTests : IDisposable
{
    private readonly TrainingRuns _runs = new();
    private readonly TemporaryFolder _folder = new();

    private static RunConfig Short => TrainingRuns.Small with
    {
        Data = TrainingRuns.Small.Data with { TrainCount = 128, TestCount = 100 },
        Train = new TrainConfig { Epochs = 1, BatchSize = 32 },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    public void Dispose()
    {
        _runs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Rates_fall_by_the_decay_from_the_head_down()
    {
        var rates = new LayerRates(Short with { Optim = new OptimConfig { LayerDecay = 0.5 } }, depth: 2);

        Assert.Equal(1, rates.Of("head.weight"));
        Assert.Equal(1, rates.Of("norm.bias"));
        Assert.Equal(0.5, rates.Of("blocks.1.mlp.fc1.weight"));
        Assert.Equal(0.25, rates.Of("blocks.0.norm1.weight"));
        Assert.Equal(0.125, rates.Of("pos_embed"));
        Assert.Equal(0.125, rates.Of("norm_pre.weight"));
    }

    [Theory]
    [InlineData("embedding", "pos_embed", "blocks.0.mlp.fc1.weight")]
    [InlineData("1", "blocks.0.mlp.fc1.weight", "blocks.1.mlp.fc1.weight")]
    [InlineData("all-but-head", "norm.weight", "head.weight")]
    public void Frozen_parameters_stay_as_they_are_and_the_others_learn(string freeze, string rests, string learns)
    {
        var (_, whole) = _runs.Run(Short);
        var config = Short with
        {
            Model = Short.Model with { InitFrom = whole.CheckpointPath },
            Train = Short.Train with { Freeze = freeze },
        };

        var (_, folder) = _runs.Run(config);

        Assert.Equal(Values(whole.CheckpointPath, rests), Values(folder.CheckpointPath, rests));
        Assert.NotEqual(Values(whole.CheckpointPath, learns), Values(folder.CheckpointPath, learns));
    }

    [Fact]
    public void The_zeros_of_a_pruned_model_stay_zero_in_further_training()
    {
        var (_, pruned) = _runs.Run(Short with { Pruning = new PruningConfig { Method = "static-random", Sparsity = 0.75 } });
        var config = Short with
        {
            Name = "further",
            Model = Short.Model with { InitFrom = pruned.CheckpointPath },
            Pruning = new PruningConfig { Method = "fixed" },
        };

        var (result, folder) = _runs.Run(config);

        Assert.Equal(0.75, result.Sparsity, 0.001);
        const string name = "blocks.0.mlp.fc1.weight";
        float[] before = Values(pruned.CheckpointPath, name), after = Values(folder.CheckpointPath, name);
        Assert.Equal(before.Select(w => w == 0), after.Select(w => w == 0));
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Hidden_weights_of_a_model_s_state_are_where_pruned_ones_start_when_asked_for()
    {
        var pruning = new PruningConfig { Method = "dpf", Sparsity = 0.75, UpdateEvery = Duration.Steps(2) };
        var (_, pruned) = _runs.Run(Short with { Pruning = pruning });
        const string name = "blocks.0.mlp.fc1.weight";
        var config = Short.Model with { InitFrom = pruned.CheckpointPath };
        float[] effective = PretrainedWeights.Read(config).Floats(name, 32, 16).ToArray();
        float[] stored = PretrainedWeights.Read(config with { InitHidden = true }).Floats(name, 32, 16).ToArray();

        Assert.Equal(0.75, effective.Count(w => w == 0) / 512.0, 0.1);
        Assert.DoesNotContain(0f, stored);
        Assert.All(effective.Zip(stored).Where(p => p.First != 0), p => Assert.Equal(p.First, p.Second));

        var (_, zero) = _runs.Run(Short with { Name = "zero", Model = config, Pruning = pruning });
        var (_, hidden) = _runs.Run(Short with { Name = "hidden", Model = config with { InitHidden = true }, Pruning = pruning });
        Assert.NotEqual(Values(zero.CheckpointPath, name), Values(hidden.CheckpointPath, name));
        string state = CheckpointPair.StateOf(pruned.CheckpointPath);
        File.Delete(state);
        var missing = Assert.Throws<CheckpointFormatException>(() => PretrainedWeights.Read(config with { InitHidden = true }));
        Assert.Equal(state, missing.File);
    }

    [Fact]
    public void A_teacher_with_the_whole_weight_is_all_that_is_learned_from()
    {
        var (_, teacher) = _runs.Run(Short with { Name = "teacher", Seed = 5, Train = Short.Train with { Epochs = 2 } });
        var config = Short with
        {
            Model = Short.Model with { InitFrom = teacher.CheckpointPath },
            Optim = new OptimConfig { Lr = 1e-3, WeightDecay = 0, Warmup = Duration.Percent(0) },
            Train = Short.Train with { Teacher = teacher.CheckpointPath, TeacherWeight = 1, Temperature = 2 },
        };

        var (_, taught) = _runs.Run(config);
        var (_, untaught) = _runs.Run(config with { Train = config.Train with { TeacherWeight = 0 } });

        // It has nothing to learn from itself: its gradient is rounding, which Adam makes steps of; labels move it further.
        double Distance(string file) => Values(file, "head.weight")
            .Zip(Values(teacher.CheckpointPath, "head.weight"), (a, b) => Math.Abs(a - b)).Average();
        Assert.True(Distance(taught.CheckpointPath) < 0.8 * Distance(untaught.CheckpointPath));
    }

    [Fact]
    public void The_teacher_s_gradient_is_the_derivative_of_its_loss()
    {
        const int rows = 3, classes = 5;
        const double temperature = 2.5;
        var source = new CaseSource(4);
        float[] own = source.Floats(rows * classes, 2), taught = source.Floats(rows * classes, 2);
        float[] gradient = new float[rows * classes];

        Teacher.Gradient(own, taught, classes, temperature, gradient);

        for (int i = 0; i < own.Length; i++)
        {
            const double step = 1e-4;
            double difference = (Loss(i, step) - Loss(i, -step)) / (2 * step);
            Assert.Equal(difference, gradient[i], 1e-6);
        }

        // The mean over rows of t^2 KL(softmax(u / t) || softmax(z / t)).
        double Loss(int at, double by)
        {
            double loss = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] z = [.. Enumerable.Range(row * classes, classes).Select(i => own[i] + (i == at ? by : 0))];
                double[] p = Softmax(z), q = Softmax([.. taught.Skip(row * classes).Take(classes).Select(v => (double)v)]);
                loss += temperature * temperature * q.Zip(p, (a, b) => a * Math.Log(a / b)).Sum() / rows;
            }

            return loss;
        }

        double[] Softmax(double[] logits)
        {
            double[] e = [.. logits.Select(v => Math.Exp(v / temperature))];
            return [.. e.Select(v => v / e.Sum())];
        }
    }

    private static float[] Values(string file, string name)
    {
        var model = Checkpoint.Load(file);
        model.TryGet(name, out var tensor);
        return model.Floats(name, [.. tensor!.Shape]).ToArray();
    }
}
