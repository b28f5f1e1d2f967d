using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.State;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

/// <content>
/// The trainer's part of a checkpoint. Everything random is drawn by (seed, step), so weights, moments, masks, the
/// pruner's state and the step are all that a bitwise resume needs; the current epoch's losses make its mean the same
/// as well.
/// </content>
internal sealed partial class Trainer
{
    private const string Losses = CheckpointKeys.Run + "losses";
    private const string Hits = CheckpointKeys.Run + "hits";
    private const string Norms = CheckpointKeys.Run + "norms";
    private const string Skipped = CheckpointKeys.Run + "skipped_steps";

    // Steps of the epoch that the last step belongs to.
    private int StepsInEpoch => StepsDone == 0 ? 0 : ((StepsDone - 1) % StepsPerEpoch) + 1;

    /// <summary>Adds a copy of the state.</summary>
    /// <exception cref="NonFiniteException">A weight or a moment is not finite; nothing is worth saving.</exception>
    public void AddTo(Checkpoint checkpoint)
    {
        foreach (var parameter in Model.Parameters.All)
        {
            AddFinite(checkpoint, parameter.Name, parameter, parameter.Weights);
            var moments = _optimizer.MomentsOf(parameter);
            for (int i = 0; i < moments.Count; i++)
                AddFinite(checkpoint, MomentName(i, parameter), parameter, moments[i]);
            if (HasAverage)
                AddFinite(checkpoint, AverageName(parameter), parameter, _average.Slice(parameter.Offset, parameter.Shape));
        }

        if (Pruner?.Save() is { } state) AddPruner(checkpoint, state);
        int images = StepsInEpoch * _config.Train.BatchSize;
        checkpoint.Add(Losses, [images], HostCopy.Of(_device, _losses.Slice(0, new Shape(images))));
        checkpoint.Add(Hits, [images], HostCopy.Of(_device, _correct.Slice(0, new Shape(images))));
        checkpoint.Add(Norms, [StepsInEpoch], HostCopy.Of(_device, _norms.Slice(0, new Shape(StepsInEpoch))));
        checkpoint.Add(NamedTensor.Of(Skipped, [1], new long[] { SkippedSteps }));
    }

    /// <summary>Goes on where the checkpoint was taken. Weights and moments are checked before any is set.</summary>
    /// <exception cref="CheckpointFormatException">The checkpoint is of another model, method or length of
    /// training.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        var all = Model.Parameters.All;
        checkpoint.RequireExactly("", all.Select(p => (p.Name, p.FileShape.ToArray())));
        checkpoint.RequireExactly(CheckpointKeys.Optimizer, all.SelectMany(p => Enumerable
            .Range(0, _optimizer.Moments.Count).Select(i => (MomentName(i, p), p.FileShape.ToArray()))));
        checkpoint.RequireExactly(
            CheckpointKeys.Ema, HasAverage ? all.Select(p => (AverageName(p), p.FileShape.ToArray())) : []);
        checkpoint.RequireExactly(CheckpointKeys.Mask, (Pruner?.Tensors ?? [])
            .Select(t => (CheckpointKeys.Mask + t.Name, new[] { MaskWords.ByteCount(t.Count) })));
        if (checkpoint.Info.Step > TotalSteps)
        {
            throw new CheckpointFormatException(
                checkpoint.Source, "nb.step", $"is {checkpoint.Info.Step}; the run has {TotalSteps} steps");
        }

        StepsDone = (int)checkpoint.Info.Step;
        int images = StepsInEpoch * _config.Train.BatchSize;
        _device.Upload(checkpoint.Floats(Losses, images), _losses.Slice(0, new Shape(images)));
        _device.Upload(checkpoint.Floats(Hits, images), _correct.Slice(0, new Shape(images)));
        _device.Upload(checkpoint.Floats(Norms, StepsInEpoch), _norms.Slice(0, new Shape(StepsInEpoch)));
        SkippedSteps = (int)checkpoint.Values<long>(Skipped, 1)[0];
        foreach (var parameter in all)
        {
            _device.Upload(checkpoint.Floats(parameter.Name, [.. parameter.FileShape]), parameter.Weights);
            var moments = _optimizer.MomentsOf(parameter);
            for (int i = 0; i < moments.Count; i++)
                _device.Upload(checkpoint.Floats(MomentName(i, parameter), [.. parameter.FileShape]), moments[i]);
            if (!HasAverage) continue;
            _device.Upload(
                checkpoint.Floats(AverageName(parameter), [.. parameter.FileShape]),
                _average.Slice(parameter.Offset, parameter.Shape));
        }

        RestorePruner(checkpoint);
    }

    private string MomentName(int moment, Parameter parameter) =>
        $"{CheckpointKeys.Optimizer}{_optimizer.MomentNames[moment]}.{parameter.Name}";

    private static string AverageName(Parameter parameter) => CheckpointKeys.Ema + parameter.Name;

    private void AddFinite(Checkpoint checkpoint, string name, Parameter parameter, in Tensor tensor)
    {
        float[] values = HostCopy.Of(_device, tensor);
        if (!HostCopy.IsFinite(values)) throw new NonFiniteException("outcome", StepsDone - 1, name);
        checkpoint.Add(name, [.. parameter.FileShape], values);
    }

    // The pruner's own masks already have the name and the layout of the format's.
    private static void AddPruner(Checkpoint checkpoint, PrunerState state)
    {
        foreach (var (name, bytes) in state.Bytes)
            checkpoint.Add(NamedTensor.Of(PrunerName(name), [bytes.Length], bytes));
        foreach (var (name, floats) in state.Floats) checkpoint.Add(CheckpointKeys.Pruner + name, [floats.Length], floats);
    }

    private static string PrunerName(string entry) =>
        entry.StartsWith(CheckpointKeys.Mask, StringComparison.Ordinal) ? entry : CheckpointKeys.Pruner + entry;

    private void RestorePruner(Checkpoint checkpoint)
    {
        if (Pruner is null) return;
        var state = new PrunerState();
        foreach (string name in checkpoint.Names)
        {
            string prefix = CheckpointKeys.PrefixOf(name);
            if (prefix is not (CheckpointKeys.Mask or CheckpointKeys.Pruner)) continue;
            string entry = prefix == CheckpointKeys.Mask ? name : name[prefix.Length..];
            checkpoint.TryGet(name, out var tensor);
            if (tensor!.TryValues(out ReadOnlySpan<byte> bytes)) state.Put(entry, bytes);
            else if (tensor.TryValues(out ReadOnlySpan<float> floats)) state.Put(entry, floats);
        }

        try
        {
            Pruner.Restore(state);
        }
        catch (FormatException e)
        {
            throw new CheckpointFormatException(checkpoint.Source, CheckpointKeys.Pruner, e.Message, e);
        }

        Pruner.WriteEffective();
    }
}
