using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Shrinking;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Shrinking;

/// <summary>
/// Random sequences of (train step with its mask updates, checkpoint, resume, shrink) on a real trainer, beside a
/// plain-array model: which heads and units live, and the weights of the last checkpoint.
/// </summary>
public sealed class ShrinkStateTests
{
    private static readonly ImageDatasetPair Data =
        DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 128, TestCount = 10 });

    public enum Operation
    {
        Train,
        Checkpoint,
        Resume,
        Shrink,
    }

    private static Arbitrary<Scenario> Scenarios => Arb.From(
        from method in Gen.Elements("heads", "mlp-units")
        from length in Gen.Choose(1, 40)
        from operations in Gen.Frequency(
            (6, Gen.Constant(Operation.Train)), (1, Gen.Constant(Operation.Checkpoint)),
            (1, Gen.Constant(Operation.Resume)), (1, Gen.Constant(Operation.Shrink))).ArrayOf(length)
        select new Scenario(method, operations),
        scenario => Enumerable.Range(0, scenario.Operations.Length)
            .Select(i => scenario with { Operations = [.. scenario.Operations.Where((_, at) => at != i)] }));

    [Property(MaxTest = 24)]
    public Property Any_sequence_of_steps_checkpoints_resumes_and_shrinks_keeps_the_model() =>
        Prop.ForAll(Scenarios, scenario =>
        {
            using var run = new Run(scenario.Method);
            foreach (var operation in scenario.Operations) run.Do(operation);
            run.Do(Operation.Shrink);
        });

    private sealed record Scenario(string Method, Operation[] Operations)
    {
        public override string ToString() => $"{Method}: {string.Join(' ', Operations)}";
    }

    private sealed class Run : IDisposable
    {
        private readonly RunConfig _config;
        private readonly CpuDevice _device = new(1);
        private readonly DeviceImages _images;
        private VisionTransformer _model;
        private Trainer _trainer;
        private Checkpoint? _saved;
        private bool[] _savedAlive = [];
        private bool[] _alive;

        public Run(string method)
        {
            _config = TrainingRuns.Small with
            {
                Model = new ModelConfig { Dim = 8, Depth = 2, Heads = 4, MlpRatio = 1, Patch = 7 },
                Pruning = new PruningConfig { Method = method, Sparsity = 0.7, UpdateEvery = Duration.Steps(2) },
                Train = new TrainConfig { Epochs = 6, BatchSize = 32, Check = true },
            };
            _images = new DeviceImages(_device, Data.Train, 32, Data.Train.Mean, Data.Train.Std);
            (_model, _trainer) = Fresh();
            _alive = Alive();
            Assert.All(_alive, Assert.True);
        }

        public void Do(Operation operation)
        {
            switch (operation)
            {
                case Operation.Train when _trainer.StepsDone < _trainer.TotalSteps:
                    _trainer.Step();
                    // Gradual pruning by groups gives nothing back.
                    bool[] now = Alive();
                    for (int i = 0; i < now.Length; i++) Assert.True(_alive[i] || !now[i]);
                    _alive = now;
                    break;
                case Operation.Checkpoint:
                    _saved = new Checkpoint(CheckpointKind.Training, Info());
                    _trainer.AddTo(_saved);
                    _savedAlive = _alive;
                    break;
                case Operation.Resume when _saved is not null:
                    Resume(_saved);
                    break;
                case Operation.Shrink:
                    Shrink();
                    break;
            }
        }

        public void Dispose()
        {
            _trainer.Dispose();
            _model.Dispose();
            _images.Dispose();
            _device.Dispose();
        }

        private void Resume(Checkpoint saved)
        {
            _trainer.Dispose();
            _model.Dispose();
            (_model, _trainer) = Fresh();
            _trainer.Restore(saved);
            Assert.Equal(saved.Info.Step, _trainer.StepsDone);
            _alive = Alive();
            Assert.Equal(_savedAlive, _alive);
            foreach (var parameter in _model.Parameters.All)
            {
                Assert.Equal(
                    saved.Floats(parameter.Name, [.. parameter.FileShape]), HostCopy.Of(_device, parameter.Weights));
            }
        }

        private void Shrink()
        {
            _trainer.WriteEffective();
            string path = Path.GetTempFileName();
            try
            {
                ModelFile.Of(_device, _model, _trainer.Pruner, _config, Data.Train, Info()).Save(path);
                var stored = Checkpoint.Load(path);
                if (Array.TrueForAll(_alive, alive => alive))
                {
                    Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(stored, _config));
                    return;
                }

                var small = ModelShrinker.Shrink(stored, _config);
                var groups = ModelGroups.Of(_model.Shape);
                for (int i = 0; i < 2; i++)
                {
                    Assert.Equal(Count(ModelGroups.Heads, i), small.After[i].Heads);
                    Assert.Equal(Count(ModelGroups.MlpUnits, i), small.After[i].MlpDim);
                }

                small.File.Save(path);
                Compare(path);
                int Count(string kind, int block) => groups.Where(
                    (g, at) => g.Kind == kind && g.Set == $"blocks.{block}" && _alive[at]).Count();
            }
            finally
            {
                File.Delete(path);
            }
        }

        private void Compare(string path)
        {
            var (small, _) = ModelFile.Open(_device, _config, Data.Train, path);
            using var owned = small;
            int[] indices = [.. Enumerable.Range(0, 8)];
            var images = _images.Load(indices, []).Images;
            float[] expected = HostCopy.Of(_device, _model.Forward(images, ModelPass.Evaluation));
            float[] actual = HostCopy.Of(_device, small.Forward(images, ModelPass.Evaluation));
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f);
        }

        // A group lives where its masks are not all zero: read off the masks, not off the pruner's own groups.
        private bool[] Alive()
        {
            var masks = _trainer.Pruner!.Tensors.ToDictionary(t => t.Name, t => t.Mask);
            return [.. ModelGroups.Of(_model.Shape).Select(g => g.Members.Any(m =>
                m.Axis == GroupAxis.Rows
                    ? masks[m.Tensor][m.Start, 0]
                    : masks[m.Tensor][0, m.Start]))];
        }

        private CheckpointInfo Info() => new(_trainer.StepsDone, 0, 0, 5, "hash", "cpu", "test");

        private (VisionTransformer Model, Trainer Trainer) Fresh()
        {
            var model = RunEngine.CreateModel(_device, _config, Data.Train);
            Initialization.Apply(_device, model.Parameters, 5);
            return (model, new Trainer(_device, _config, model, _images, MethodCatalog.BuiltIn));
        }
    }
}
