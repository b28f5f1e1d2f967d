using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Measuring;
using NeuralBurden.Vit.Merging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Trains one model. <see cref="Step"/> owns the order of a training step; nothing else changes weights or masks. A
/// step of a steady state allocates nothing on the managed heap.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly DeviceImages _images;
    private readonly BatchSampler _sampler;
    private readonly Optimizer _optimizer;
    private readonly LearningRate _learningRate;
    private readonly MergeSchedule _mergeSchedule;
    private readonly IReadOnlyList<DevicePrunableTensor> _prunable = [];
    private readonly int[] _indices;
    private readonly int[] _jitter;
    private readonly bool _augments;
    private readonly Tensor _losses;
    private readonly Tensor _correct;
    private readonly Tensor _norms;
    private readonly Tensor _dLogits;
    private readonly float[] _hostLosses;
    private readonly float[] _hostCorrect;
    private readonly float[] _hostNorm = new float[1];

    public Trainer(
        Device device,
        RunConfig config,
        VisionTransformer model,
        DeviceImages images,
        MethodCatalog catalog,
        SparseMode sparse = SparseMode.Auto)
    {
        (_device, _config, Model, _images) = (device, config, model, images);
        int batch = config.Train.BatchSize;
        var augmentation = new AugmentationOptions(config.Augment.CropPadding, config.Augment.HorizontalFlip);
        _sampler = new BatchSampler(images.Data.Count, batch, (ulong)config.Seed, augmentation);
        StepsPerEpoch = _sampler.StepsPerEpoch;
        TotalSteps = StepsPerEpoch * config.Train.Epochs;
        _optimizer = Optimizer.Create(device, model.Parameters, config.Optim);
        _learningRate = new LearningRate(config.Optim, StepsPerEpoch, TotalSteps);
        _mergeSchedule = new MergeSchedule(config.Tokens, config.Train.Epochs);
        if (config.Pruning.Method != PruningSetup.Dense)
        {
            (Pruner, _prunable) = PruningSetup.Attach(
                device, model, _optimizer, config, StepsPerEpoch, TotalSteps, catalog);
            _sparse = PlanSparse(sparse);
        }

        (_indices, _jitter, _augments) = (new int[batch], new int[3 * batch], augmentation != default);
        _losses = device.AllocateTensor(new Shape(StepsPerEpoch * batch), "epoch losses");
        _correct = device.AllocateTensor(new Shape(StepsPerEpoch * batch), "epoch hits");
        _norms = device.AllocateTensor(new Shape(StepsPerEpoch), "gradient norms");
        _dLogits = device.AllocateTensor(new Shape(batch, model.Shape.Classes), "logit gradients");
        ChecksEveryStep = config.Train.Check || config.Train.SkipNonfinite > 0 || device.TryGetHostSpan(_norms, out _);
        (_hostLosses, _hostCorrect) = (new float[StepsPerEpoch * batch], new float[StepsPerEpoch * batch]);
    }

    public VisionTransformer Model { get; }

    /// <summary>Absent in a dense run.</summary>
    public Pruner? Pruner { get; }

    /// <summary>Where the time of steps goes; null, as usual, asks for no account.</summary>
    public StepProfile? Profile
    {
        get => Model.Profile;
        set => Model.Profile = value;
    }

    public int StepsPerEpoch { get; }

    public int TotalSteps { get; }

    /// <summary>Steps done so far.</summary>
    public int StepsDone { get; private set; }

    public double LearningRateNow => _learningRate.At(Math.Max(0, StepsDone - 1));

    /// <summary>One step of training, in the order that keeps masks and weights consistent.</summary>
    /// <exception cref="PruningInvariantException">With <c>train.check</c>, an invariant does not hold.</exception>
    /// <exception cref="NonFiniteException">The gradient is not finite; names step and layer. Weights and moments
    /// are those before the step.</exception>
    public void Step()
    {
        int step = StepsDone, place = step % StepsPerEpoch, batch = _sampler.BatchSize;
        Profile?.Enter(StepPart.Data);
        var (images, labels) = LoadBatch();
        Profile?.Enter(StepPart.Pruner);
        WriteEffective();
        (Model.Step, Model.Merges) = (step, _mergeSchedule.ActiveAt(step, StepsPerEpoch));
        bool thinned = ChooseGradients(step);
        Profile?.Enter(StepPart.Forward);
        var logits = Model.Forward(images, training: true);
        var rows = new Shape(batch);
        Tensor losses = _losses.Slice((long)place * batch, rows), correct = _correct.Slice((long)place * batch, rows);
        _device.CrossEntropy(logits, labels, (float)_config.Train.LabelSmoothing, losses, correct, _dLogits);
        Profile?.Enter(StepPart.Backward);
        Model.Backward(_dLogits);
        bool skips = _config.Train.SkipNonfinite > 0 && SkipsStep(step, logits, losses, correct);
        Profile?.Enter(StepPart.Pruner);
        if (thinned) ScaleThinned(step);
        Pruner?.AfterBackward(step);
        Profile?.Enter(StepPart.Optimizer);
        float clip = _config.Optim.ClipNorm > 0 ? (float)_config.Optim.ClipNorm : float.PositiveInfinity;
        _device.ClipByNorm(Model.Parameters.Gradients, clip, _norms.Slice(place, new Shape(1)));
        if (ChecksEveryStep && !NormIsFinite(place)) throw Diagnose("gradient norm", step, logits);
        if (!skips && Pruner?.ReplacesOptimizerStep(step) != true)
        {
            _optimizer.Step(
                step, (float)_learningRate.At(step), Pruner?.DecayPruned ?? true, Pruner?.FreezesSecondMoment ?? false);
        }

        Profile?.Enter(StepPart.Pruner);
        Pruner?.Step(step);
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
        int batch = _sampler.BatchSize, end = ((StepsDone - 1) % StepsPerEpoch) + 1, start = Math.Max(0, end - steps);
        int count = (end - start) * batch;
        Span<float> losses = _hostLosses.AsSpan(0, count), correct = _hostCorrect.AsSpan(0, count);
        _device.Download(_losses.Slice((long)start * batch, new Shape(count)), losses);
        _device.Download(_correct.Slice((long)start * batch, new Shape(count)), correct);
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
        foreach (var tensor in new[] { _losses, _correct, _norms, _dLogits }) tensor.Buffer.Dispose();
        _sparse?.Dispose();
        foreach (var tensor in _prunable) tensor.Dispose();
        _optimizer.Dispose();
    }

    private (Tensor Images, Tensor Labels) LoadBatch()
    {
        _sampler.Next(_indices, _jitter);
        return _images.Load(_indices, _augments ? _jitter : []);
    }
}
