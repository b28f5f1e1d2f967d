using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

/// <summary>Trains and evaluates runs in this process.</summary>
/// <param name="catalog">The pruning methods that configs may name.</param>
public sealed class RunEngine(MethodCatalog catalog) : IRunEngine
{
    private readonly DataCache _data = new();

    /// <inheritdoc/>
    public void Check(RunConfig config, RunOptions options) => RunCheck.Check(config, options, catalog);

    /// <summary>The device that <c>device: auto</c> stands for; by default the first usable GPU, unchecked.</summary>
    public Func<string> Auto { get; init; } = DeviceCatalog.Preferred;

    /// <inheritdoc/>
    public RunConfig Resolve(RunConfig config) => ConfigResolution.Resolve(config, catalog, Auto);

    /// <inheritdoc/>
    public ContentFingerprint Fingerprint(RunConfig config, RunOptions options) =>
        ContentProbe.Of(config, _data.Get(config, options), catalog);

    /// <inheritdoc/>
    public RunResult Execute(
        RunConfig config,
        RunFolder folder,
        RunOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        progress.Report(new TrainingProgress { Phase = TrainingPhase.Preparing, Epochs = config.Train.Epochs });
        using var held = options.HoldsLock ? null : RunLock.Acquire(folder.Path);
        if (!folder.IsFollower) AtomicFile.RequireWritable(folder.CheckpointsPath);
        var data = _data.Get(config, options);
        int images = config.Train.TrainedOn(data.Train.Count);
        RunCheck.StepsPerEpoch(config, images);
        RequireShares(config, options.Exchange?.Ranks ?? 1);
        return OnDevice(config, options, device =>
        {
            using var model = CreateModel(device, config, data.Train);
            using var session = new TrainingSession(
                device, config, model, data, ContentProbe.Of(config, data, catalog), catalog, folder, progress, options.Sparse,
                options.Exchange);
            return session.Run(cancellation);
        });
    }

    /// <inheritdoc/>
    public EvaluationResult Evaluate(RunConfig config, string checkpoint, RunOptions options, CancellationToken cancellation)
    {
        var data = LoadData(config, options);
        return OnDevice(config, options, device =>
        {
            var (model, stored) = ModelFile.Open(device, config, data.Train, checkpoint);
            using var owned = model;
            using var sparse = SparsePlan.ForInference(device, ModelFile.Masks(stored, model), options.Sparse);
            using var images = new DeviceImages(
                device, data.Test, DeviceImages.EvaluationBatch(data.Test), data.Train.Mean, data.Train.Std);
            using var evaluator = new Evaluator(device, images);
            float[] logits = options.Logits ? Evaluator.LogitsOf(data.Test) : [];
            return evaluator.Run(model, logits, merges: true, cancellation, judge: true);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<LoadRecord> Measure(
        RunConfig config,
        string folder,
        RunConfig twinConfig,
        string twinFolder,
        bool silencing,
        RunOptions options,
        CancellationToken cancellation) =>
        LoadMeasurement.Measure(config, folder, twinConfig, twinFolder, options, cancellation, silencing);

    internal static T OnDevice<T>(RunConfig config, RunOptions options, Func<Device, T> work)
    {
        var device = DeviceCatalog.Open(
            options.Device ?? config.Device, new DeviceOptions(options.Threads ?? 0, config.Precision));
        T result;
        try
        {
            result = work(device);
        }
        catch
        {
            device.Abandon();
            throw;
        }

        device.Dispose();
        return result;
    }

    /// <param name="blocks">Of a shrunk model; none otherwise.</param>
    /// <param name="merges">Whether the config's merging is the model's.</param>
    internal static VisionTransformer CreateModel(
        Device device,
        RunConfig config,
        ImageDataset data,
        IReadOnlyList<BlockShape>? blocks = null,
        bool merges = true)
    {
        var shape = VitShape.Of(config.Model, data.Channels, data.Height, data.Width, data.ClassCount);
        if (blocks is { Count: > 0 }) shape = shape with { Blocks = [.. blocks] };
        return new VisionTransformer(
            device, shape, merges ? MergingCatalog.Create(config.Tokens, shape, (ulong)config.Seed) : null);
    }

    internal static ImageDatasetPair LoadData(RunConfig config, RunOptions options)
    {
        // Only a set that the program draws has a count to choose; train.limit shortens any.
        bool drawn = !PackedDataset.IsName(config.Data.Name)
            && DatasetCatalog.Manifest(config.Data.Name).Kind == DatasetKind.Embedded;
        var data = DatasetCatalog.Load(config.Data.Name, new DataOptions
        {
            DataDir = options.DataDirectory,
            Seed = (ulong)config.Data.Seed,
            TrainCount = drawn ? config.Data.TrainCount : null,
            TestCount = drawn ? config.Data.TestCount : null,
            Threads = options.Threads,
            AsFound = config.Data.AsFound,
        });
        int limit = config.Train.Limit;
        if (limit > data.Train.Count)
        {
            throw new SettingException(
                "train.limit", $"{limit}; '{config.Data.Name}' has {data.Train.Count} training images, 0 takes all");
        }

        if (limit > 0) data = data with { Train = data.Train.Take(limit) };
        return config.Data.Normalize.IsDataset ? data : Normalized(data, config.Data.Normalize);
    }

    private static ImageDatasetPair Normalized(ImageDatasetPair data, Normalization by)
    {
        try
        {
            var (mean, std) = by.For(data.Train.Channels);
            return new ImageDatasetPair(data.Train.Normalized(mean, std), data.Test.Normalized(mean, std));
        }
        catch (FormatException e)
        {
            throw new SettingException("data.normalize", e.Message);
        }
    }

    private static void RequireShares(RunConfig config, int ranks)
    {
        int shares = ranks * config.Train.Accumulate;
        if (config.Train.BatchSize % shares != 0)
        {
            throw new SettingException(
                "train.batch_size",
                $"{config.Train.BatchSize}; allowed multiples of {shares}: "
                + $"{ranks} ranks with {config.Train.Accumulate} parts each");
        }
    }
}
