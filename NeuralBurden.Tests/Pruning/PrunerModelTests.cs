using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// Random sequences of operations (train steps with random gradients, checkpoint, resume into fresh tensors,
/// evaluation) on every preset, beside a plain-array model that remembers masks and weights and states what
/// each operation may change.
/// </summary>
public sealed class PrunerModelTests
{
    private const int TotalSteps = 24;

    /// <summary>What can happen to a run.</summary>
    public enum Operation
    {
        Train,
        Evaluate,
        Checkpoint,
        Resume,
    }

    private sealed record Scenario(
        string Method, double? Sparsity, int Every, int Seed, Operation[] Operations)
    {
        public override string ToString() => $"{Method} s={Sparsity} every {Every} seed {Seed}: "
            + string.Join(' ', Operations);
    }

    private static Arbitrary<Scenario> Scenarios => Arb.From(
        from method in Gen.Elements(MethodCatalog.BuiltIn.Presets.Select(preset => preset.Name))
        from sparsity in Gen.Elements<double?>(null, 0, 0.5, 0.9)
        from every in Gen.Elements(1, 2, 3, 7)
        from seed in Gen.Choose(0, 999)
        from length in Gen.Choose(1, 60)
        from operations in Gen.Frequency(
            (6, Gen.Constant(Operation.Train)), (1, Gen.Constant(Operation.Evaluate)),
            (1, Gen.Constant(Operation.Checkpoint)), (1, Gen.Constant(Operation.Resume))).ArrayOf(length)
        select new Scenario(method, sparsity, every, seed, operations),
        scenario => Enumerable.Range(0, scenario.Operations.Length)
            .Select(i => scenario with { Operations = [.. scenario.Operations.Where((_, at) => at != i)] }));

    /// <summary>Some 15 scenarios for each of the methods.</summary>
    [Property(MaxTest = 350)]
    public Property Any_sequence_of_steps_checkpoints_and_resumes_keeps_the_model() => Prop.ForAll(Scenarios, scenario =>
    {
        var run = new Run(scenario);
        foreach (var operation in scenario.Operations) run.Do(operation);
    });

    private sealed class Run
    {
        private readonly Scenario _scenario;
        private readonly bool[][] _everKept;
        private readonly bool[][] _everPruned;
        private HostPrunableTensor[] _tensors;
        private Pruner _pruner;
        private long _step;
        private long _updates;
        private double _flips;
        private Saved? _saved;

        public Run(Scenario scenario)
        {
            _scenario = scenario;
            (_tensors, _pruner) = Fresh();
            _everKept = [.. _tensors.Select(tensor => new bool[tensor.Count])];
            _everPruned = [.. _tensors.Select(tensor => new bool[tensor.Count])];
            Remember();
        }

        private sealed record Saved(
            long Step, long Updates, double Flips, PrunerState State, float[][][] Parts, bool[][] EverKept,
            bool[][] EverPruned);

        private bool Zeroes => _pruner.StoresZeros;

        public void Do(Operation operation)
        {
            switch (operation)
            {
                case Operation.Train when _step < TotalSteps:
                    Train();
                    break;
                case Operation.Evaluate:
                    _pruner.CheckInvariants();
                    // As after an epoch: the mean flip rate starts anew.
                    _pruner.BeginPeriod();
                    (_updates, _flips) = (0, 0);
                    break;
                case Operation.Checkpoint:
                    Save();
                    break;
                case Operation.Resume when _saved != null:
                    Resume(_saved);
                    break;
            }

            CheckModel();
        }

        private void Train()
        {
            bool[][] before = _tensors.Select(Toys.Bools).ToArray();
            long updates = _pruner.Updates;
            Toys.TrainStep(_pruner, new ToyAdamW(), _step++);
            _pruner.CheckInvariants();
            Remember();
            long flips = 0;
            for (int t = 0; t < _tensors.Length; t++)
                flips += Toys.Bools(_tensors[t]).Zip(before[t]).Count(pair => pair.First != pair.Second);
            if (_pruner.Updates == updates)
            {
                Assert.Equal(0, flips);
                return;
            }

            Assert.Equal((double)flips / _pruner.Kept, _pruner.Statistics().All.FlipRate, 9);
            (_updates, _flips) = (_updates + 1, _flips + ((double)flips / _pruner.Kept));
        }

        private void Save() => _saved = new Saved(
            _step, _updates, _flips, _pruner.Save(), [.. _tensors.Select(Parts)], Copy(_everKept), Copy(_everPruned));

        private void Resume(Saved saved)
        {
            (_tensors, _pruner) = Fresh();
            for (int t = 0; t < _tensors.Length; t++)
            {
                for (int part = 0; part < 5; part++)
                    saved.Parts[t][part].CopyTo(_tensors[t].Edit((TensorPart)part));
            }

            _pruner.Restore(saved.State);
            (_step, _updates, _flips) = (saved.Step, saved.Updates, saved.Flips);
            for (int t = 0; t < _tensors.Length; t++)
            {
                saved.EverKept[t].CopyTo(_everKept[t], 0);
                saved.EverPruned[t].CopyTo(_everPruned[t], 0);
            }

            var again = _pruner.Save();
            foreach (var (name, bytes) in saved.State.Bytes) Assert.Equal(bytes, again.Bytes[name]);
            foreach (var (name, floats) in saved.State.Floats) Assert.Equal(floats, again.Floats[name]);
        }

        private void CheckModel()
        {
            var statistics = _pruner.Statistics();
            Assert.Equal(_updates, statistics.PeriodUpdates);
            Assert.Equal(_updates == 0 ? 0 : _flips / _updates, statistics.PeriodFlipRate, 9);
            for (int t = 0; t < _tensors.Length; t++)
            {
                bool[] kept = Toys.Bools(_tensors[t]);
                var row = statistics.Tensors[t];
                double n = kept.Length;
                Assert.Equal(kept.Count(bit => bit), row.Kept);
                Assert.Equal(_everKept[t].Count(bit => bit) / n, row.InTimeRate);
                Assert.Equal(kept.Where((bit, i) => bit && _everPruned[t][i]).Count() / n, row.ReturnRate);
                if (!Zeroes) continue;
                for (int i = 0; i < kept.Length; i++) Assert.True(kept[i] || _tensors[t].Weights[i] == 0);
            }
        }

        private void Remember()
        {
            for (int t = 0; t < _tensors.Length; t++)
            {
                for (int i = 0; i < _tensors[t].Count; i++)
                {
                    _everKept[t][i] |= _tensors[t].Mask[i];
                    _everPruned[t][i] |= !_tensors[t].Mask[i];
                }
            }
        }

        private (HostPrunableTensor[] Tensors, Pruner Pruner) Fresh()
        {
            var tensors = Toys.Three(_scenario.Seed);
            var options = Toys.Options(
                _scenario.Method, _scenario.Sparsity) with
            { UpdateEvery = _scenario.Every };
            return (tensors, Toys.Pruner(options, tensors, TotalSteps, (ulong)_scenario.Seed));
        }

        private static float[][] Parts(HostPrunableTensor tensor) =>
            [.. Enumerable.Range(0, 5).Select(part => tensor.Read((TensorPart)part).ToArray())];

        private static bool[][] Copy(bool[][] source) => [.. source.Select(row => (bool[])row.Clone())];
    }
}
