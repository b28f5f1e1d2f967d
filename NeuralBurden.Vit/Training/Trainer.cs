using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Trains one model. <see cref="Step"/> owns the order of a training step; nothing else changes weights or masks. A
/// step of a steady state allocates nothing on the managed heap.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly TrainingBatches _batches;
    private readonly Optimizer _optimizer;
    private readonly Teacher? _teacher;
    private readonly DropPath? _dropPath;
    private readonly LearningRate _learningRate;
    private readonly MergeSchedule _mergeSchedule;
    private readonly PrunableArena? _prunable;
    private readonly Tensor _losses;
    private readonly Tensor _correct;
    private readonly Tensor _norms;
    private readonly Tensor _dLogits;
    private readonly Tensor _sum;
    private readonly Tensor _counted;
    private readonly float[] _hostLosses;
    private readonly float[] _hostCorrect;
    private readonly float[] _hostNorm = new float[1];

    public Trainer(
        Device device,
        RunConfig config,
        VisionTransformer model,
        DeviceImages images,
        MethodCatalog catalog,
        SparseMode sparse = SparseMode.Auto,
        IGradientExchange? exchange = null)
    {
        (_device, _config, Model, _exchange) = (device, config, model, exchange);
        int batch = config.Train.BatchSize;
        _batches = new TrainingBatches(device, images, config, exchange?.Rank ?? 0, Ranks);
        StepsPerEpoch = _batches.StepsPerEpoch;
        TotalSteps = StepsPerEpoch * config.Train.Epochs;
        _optimizer = Optimizer.Create(device, model.Parameters, config.Optim);
        _optimizer.Scale(new LayerRates(config, model.Shape.Depth));
        if (config.Train.Teacher != ModelConfig.None)
            _teacher = new Teacher(device, config.Train, model.Shape, images.Data, _batches.PartSize);
        if (config.Train.DropPath > 0)
            _dropPath = new DropPath(device, config.Train.DropPath, model.Shape.Depth, _batches.PartSize, (ulong)config.Seed);
        _learningRate = new LearningRate(config.Optim, StepsPerEpoch, TotalSteps);
        _mergeSchedule = new MergeSchedule(config.Tokens, config.Train.Epochs);
        if (config.Pruning.Method != PruningSetup.Dense)
        {
            _gates = new GroupGates(device, model.Shape);
            (Pruner, _prunable) = PruningSetup.Attach(
                device, model, _optimizer, config, StepsPerEpoch, TotalSteps, catalog, _gates, new SparsePolicy(device, sparse));
            _sparse = new SparsePlan(device, _prunable.Tensors.Select(t => t.Pruned));
            if (Pruner.HasHiddenGradients) _counted = model.Parameters.AllocateLike("gradients of kept weights");
        }

        if (config.Optim.Ema > 0) _average = model.Parameters.AllocateLike("moving average of weights");
        if (_batches.Parts > 1) _sum = model.Parameters.AllocateLike("sum of gradients");
        if (exchange is not null)
            (_buckets, _sums, _onBlockDone) = (Buckets(model.Parameters.Gradients), Buckets(_sum), Exchange);
        _losses = device.AllocateTensor(new Shape(StepsPerEpoch * batch), "epoch losses");
        _correct = device.AllocateTensor(new Shape(StepsPerEpoch * batch), "epoch hits");
        _norms = device.AllocateTensor(new Shape(StepsPerEpoch), "gradient norms");
        _dLogits = device.AllocateTensor(new Shape(_batches.PartSize, model.Shape.Classes), "logit gradients");
        ChecksEveryStep = config.Train.Check || config.Train.SkipNonfinite > 0 || device.TryGetHostSpan(_norms, out _);
        (_hostLosses, _hostCorrect) = (new float[StepsPerEpoch * batch], new float[StepsPerEpoch * batch]);
    }

    public VisionTransformer Model { get; }

    /// <summary>Absent in a dense run.</summary>
    public Pruner? Pruner { get; }

    /// <summary>Where the time of steps goes; null, as usual, asks for no account.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>Whether the model as it is now merges tokens.</summary>
    public bool Merges => MergesAfter(StepsDone);

    public int StepsPerEpoch { get; }

    public int TotalSteps { get; }

    /// <summary>Steps done so far.</summary>
    public int StepsDone { get; private set; }

    public double LearningRateNow => _learningRate.At(Math.Max(0, StepsDone - 1));

    /// <summary>Whether the model merges once so many steps are done.</summary>
    public bool MergesAfter(int steps) => _mergeSchedule.MergesAfter((double)steps / StepsPerEpoch);

    /// <summary>One step of training, in the order that keeps masks and weights consistent.</summary>
    /// <exception cref="PruningInvariantException">With <c>train.check</c>, an invariant does not hold.</exception>
    /// <exception cref="NonFiniteException">The gradient is not finite; names step and layer. Weights and moments
    /// are those before the step.</exception>
    public void Step()
    {
        int step = StepsDone, place = step % StepsPerEpoch;
        Profile?.Enter(StepPart.Data);
        _batches.Begin(step);
        Profile?.Enter(StepPart.Pruner);
        WriteEffective();
        if (step == 0 && HasAverage) _device.Copy(Model.Parameters.Weights, _average);
        bool thinned = ChooseGradients(step);
        var gates = BeginGates(step);
        Tensor logits = default;
        for (int part = 0; part < _batches.Parts; part++)
        {
            Profile?.Enter(StepPart.Data);
            var batch = _batches.Load(part);
            int first = OwnFirst + (_batches.PartSize * part);
            _dropPath?.Draw(step, first);
            var pass = ModelPass.Training(step, gates, _dropPath) with
            {
                Unmerged = !_mergeSchedule.ActiveAt(step, StepsPerEpoch),
                Profile = Profile,
            };
            logits = Forward(batch, pass, (place * _config.Train.BatchSize) + first);
            Profile?.Enter(StepPart.Backward);
            // Blocks hand their gradients over as soon as the last part of the batch has added to them.
            Model.Backward(_dLogits, part == _batches.Parts - 1 ? _onBlockDone : null);
            AddGradients(part);
        }

        FinishExchange();
        FinishGates(gates);
        _optimizer.ClearFrozen();

        bool skips = _config.Train.SkipNonfinite > 0 && SkipsStep(step, logits);
        Profile?.Enter(StepPart.Pruner);
        if (thinned) ScaleThinned(step);
        Pruner?.AfterBackward(step);
        Profile?.Enter(StepPart.Optimizer);
        float clip = _config.Optim.ClipNorm > 0 ? (float)_config.Optim.ClipNorm : float.PositiveInfinity;
        _device.ClipByNorm(new(Model.Parameters.Gradients, CountedGradients(), clip, _norms.Slice(place, new Shape(1))));
        if (ChecksEveryStep && !NormIsFinite(place)) throw Diagnose("gradient norm", step, logits);
        if (!skips)
        {
            Pruner?.BeforeOptimizer();
            _optimizer.Step(
                step, (float)_learningRate.At(step), Pruner?.DecayPruned ?? true, Pruner?.FrozenSecondMomentSteps);
            Pruner?.AfterOptimizer();
        }

        Profile?.Enter(StepPart.Pruner);
        StepPruner(step);
        UpdateAverage(step);
        if (_config.Train.Check) Pruner?.CheckInvariants();
        Profile?.EndStep();
        StepsDone = step + 1;
    }

    /// <summary>
    /// Mean loss and accuracy, as trained, over the last <paramref name="steps"/> steps of the current epoch. Waits
    /// for the device.
    /// </summary>
    /// <exception cref="NonFiniteException">A loss or a gradient is not finite; names the step.</exception>
    public (double Loss, double Accuracy) Recent(int steps)
    {
        int batch = _config.Train.BatchSize, end = ((StepsDone - 1) % StepsPerEpoch) + 1, start = Math.Max(0, end - steps);
        int count = (end - start) * batch;
        Span<float> losses = _hostLosses.AsSpan(0, count), correct = _hostCorrect.AsSpan(0, count);
        _device.Download(_losses.Slice((long)start * batch, new Shape(count)), losses);
        _device.Download(_correct.Slice((long)start * batch, new Shape(count)), correct);
        Gather(losses);
        Gather(correct);
        double loss = 0, hits = 0;
        int counted = 0;
        for (int i = 0; i < count; i++)
        {
            if (!float.IsFinite(losses[i])) throw new NonFiniteException("loss", StepsDone - end + start + (i / batch));
            if (losses[i] == SkippedLoss) continue;
            counted++;
            loss += losses[i];
            hits += correct[i];
        }

        _device.Download(_norms.Slice(start, new Shape(end - start)), losses[..(end - start)]);
        for (int i = 0; i < end - start; i++)
        {
            if (!float.IsFinite(losses[i])) throw new NonFiniteException("gradient norm", StepsDone - end + start + i);
        }

        return (loss / Math.Max(1, counted), hits / Math.Max(1, counted));
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _losses, _correct, _norms, _dLogits, _average, _sum, _counted })
        {
            if (!tensor.IsNone) tensor.Buffer.Dispose();
        }

        _batches.Dispose();
        _sparse?.Dispose();
        _teacher?.Dispose();
        _gates?.Dispose();
        _prunable?.Dispose();
        _dropPath?.Dispose();
        _optimizer.Dispose();
    }

    private void StepPruner(int step)
    {
        try
        {
            Pruner?.Step(step);
        }
        catch (SettingException e)
        {
            throw e.Within("pruning");
        }
    }

    /// <summary>Logits of a part of a batch and their gradient; its losses go to <paramref name="first"/> on.</summary>
    private Tensor Forward(in TrainingBatch batch, in ModelPass pass, int first)
    {
        Profile?.Enter(StepPart.Forward);
        var logits = Model.Forward(batch.Images, pass);
        var rows = new Shape(_batches.PartSize);
        Tensor losses = _losses.Slice(first, rows), correct = _correct.Slice(first, rows);
        float smoothing = (float)_config.Train.LabelSmoothing;
        _device.CrossEntropy(new(logits, batch.Labels, smoothing, losses, correct, _dLogits, batch.Others, batch.Shares));
        _teacher?.AddGradient(batch.Images, logits, _dLogits);
        return logits;
    }

    /// <summary>The gradients whose norm clips: those of the network that runs, without those of pruned weights.</summary>
    private Tensor CountedGradients()
    {
        var gradients = Model.Parameters.Gradients;
        if (_prunable is null || Pruner?.HasHiddenGradients != true) return gradients;
        _prunable.CopyKept(gradients, _counted);
        return _counted;
    }

    // Every part's gradient is that of its own mean loss; their mean is that of the batch's.
    private void AddGradients(int part)
    {
        if (_batches.Parts == 1) return;
        var gradients = Model.Parameters.Gradients;
        float share = 1f / _batches.Parts;
        if (part == 0) _device.Clear(_sum);
        if (part < _batches.Parts - 1) _device.Axpby(new(share, gradients, 1, _sum));
        else if (_exchange is null) _device.Axpby(new(1, _sum, share, gradients));
    }
}
