using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// One case of the benchmark model on a device, trained by the trainer of every run, so that what is measured is what
/// users get.
/// </summary>
public sealed class Workload : IMeasured, IDisposable
{
    // The first step updates the masks; the sparse structures follow in the second.
    private const int StepsOfCheck = 2;

    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly Trainer _trainer;
    private readonly VisionTransformer _model;
    private readonly int[] _indices;
    private Tensor _batch;
    private long _updates;
    private bool _updated;

    public Workload(Device device, WorkloadCase workload, WorkloadKind kind, WorkloadModel model)
    {
        (_device, Case, Kind, Model) = (device, workload, kind, model);
        var config = WorkloadConfig.Of(workload, model);
        var data = WorkloadConfig.Images(model);
        _model = RunEngine.CreateModel(device, config, data);
        Initialization.Apply(device, _model.Parameters, config.Seed);
        _images = new DeviceImages(device, data, model.Batch, data.Mean, data.Std);
        var sparse = workload.DenseKernels ? SparseMode.Never : SparseMode.Auto;
        _trainer = new Trainer(device, config, _model, _images, MethodCatalog.BuiltIn, sparse);
        _indices = [.. Enumerable.Range(0, model.Batch)];
    }

    public WorkloadCase Case { get; }

    public WorkloadKind Kind { get; }

    public WorkloadModel Model { get; }

    public string Name => $"{Case.Name} d{Model.Dim}";

    /// <inheritdoc/>
    public bool WasExceptional { get; private set; }

    /// <summary>Share of zeros among the prunable weights.</summary>
    public double Sparsity => _trainer.Pruner?.Sparsity ?? 0;

    /// <summary>
    /// Of the masked matrices, how many forward products and input gradients skip pruned weights; the others are dense.
    /// </summary>
    public SkippingProducts Skipping => SkippingProducts.Of(_trainer.DescribeKernels().Kernels);

    /// <summary>
    /// Multiply-adds per image that the case is about: those of kept weights, or of all where dense kernels run; a
    /// training step counts three forward passes.
    /// </summary>
    public long MultiplyAddsPerImage
    {
        get
        {
            var kept = (_trainer.Pruner?.Tensors ?? []).ToDictionary(t => t.Name, t => (long)t.Mask.Count);
            long forward = ModelCost.MultiplyAdds(
                _model, p => Case.DenseKernels || !kept.TryGetValue(p.Name, out long count) ? p.Shape.Count : count);
            return Kind == WorkloadKind.TrainStep ? 3 * forward : forward;
        }
    }

    /// <summary>
    /// Trains a little and looks at what must hold: finite losses and gradients, exact sparsity, no effective weight
    /// where the mask has none, and finite logits.
    /// </summary>
    public string? Check()
    {
        try
        {
            for (int i = 0; i < StepsOfCheck; i++) _trainer.Step();
            _trainer.Recent(StepsOfCheck);
            if (_trainer.Pruner is { } pruner)
            {
                pruner.CheckInvariants();
                long total = pruner.Tensors.Sum(t => t.Count);
                double target = Case.IsPruned ? Case.Sparsity : 0;
                if (Math.Abs(pruner.Sparsity - target) > (double)pruner.Tensors.Count * Case.Unit / total)
                    return $"{Name}: sparsity {pruner.Sparsity:0.0000}, should be {target}";
            }

            Prepare();
            return Kind == WorkloadKind.Inference ? CheckLogits() : null;
        }
        catch (Exception e) when (e is NonFiniteException or PruningInvariantException)
        {
            return $"{Name}: {e.Message}";
        }
    }

    /// <inheritdoc/>
    public void Run()
    {
        if (Kind == WorkloadKind.Inference)
        {
            _model.Forward(_batch, ModelPass.Logits);
            return;
        }

        _trainer.Step();
        // A step whose masks are new pays for the update; the next one for what is built from the masks. Where every step
        // renews them, that is the usual step.
        long updates = _trainer.Pruner?.Updates ?? 0;
        bool updated = updates != _updates && Case.UpdateEvery > 1;
        (WasExceptional, _updates, _updated) = (updated || _updated, updates, updated);
    }

    /// <inheritdoc/>
    public void Complete() => _device.Synchronize();

    /// <summary>Mean time of each part of a training step over a few steps, apart from any measurement.</summary>
    public StepProfile Profile(int steps)
    {
        var profile = new StepProfile(_device);
        _trainer.Profile = profile;
        for (int i = 0; i < steps; i++) _trainer.Step();
        _trainer.Profile = null;
        return profile;
    }

    /// <summary>
    /// What one usual run launches, apart from any measurement; see <see cref="Device.StopProfiler"/>. A profiler that
    /// waits for the program's sign sees this run and no other.
    /// </summary>
    /// <param name="isSeen">Whether that sign is given.</param>
    public IReadOnlyList<string>? Launches(bool isSeen = true)
    {
        if (!_device.LaunchesKernels) return null;
        // The step after a mask update pays for new structures; the one after the first usual step is usual too. Where no
        // step differs from the others, one is enough for what only a first one does.
        bool differ = Kind == WorkloadKind.TrainStep && _trainer.Pruner is not null && Case.UpdateEvery > 1;
        int most = differ ? WorkloadConfig.UpdateEvery + 1 : 1;
        bool was = false;
        for (int i = 0; i < most && !(was && !WasExceptional); i++)
        {
            was = WasExceptional;
            Run();
        }

        Complete();
        _device.StartProfiler(isSeen);
        Run();
        Complete();
        return _device.StopProfiler();
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _images.Dispose();
        _model.Dispose();
    }

    private void Prepare()
    {
        _updates = _trainer.Pruner?.Updates ?? 0;
        _trainer.WriteEffective();
        if (Kind == WorkloadKind.Inference) _model.PackWeights();
        _batch = _images.Load(_indices, []).Images;
    }

    private string? CheckLogits()
    {
        var output = _model.Forward(_batch, ModelPass.Logits);
        float[] logits = new float[output.Count];
        _device.Download(output, logits);
        return Array.TrueForAll(logits, float.IsFinite) ? null : $"{Name}: a logit is not finite";
    }
}
