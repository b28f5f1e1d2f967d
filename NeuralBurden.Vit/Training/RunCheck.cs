using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// What a run would find out once it has begun, found out before: the model against the images, merging against the
/// tokens, the batch against the set, the method against its parameters and the model. Needs no data, only what is
/// known of the set.
/// </summary>
internal static class RunCheck
{
    /// <exception cref="SettingException">The config cannot run; names the key and what is allowed.</exception>
    public static void Check(RunConfig config, RunOptions options, MethodCatalog catalog)
    {
        string name = config.Data.Name;
        var set = PackedDataset.IsName(name)
            ? PackedDataset.ReadManifest(PackedDataset.Find(name, DataFolder.Resolve(options.DataDirectory)))
            : DatasetCatalog.Manifest(name);
        var shape = VitShape.Of(config.Model, set.Channels, set.Height, set.Width, set.Classes.Count);
        RequireBatch(config, set);
        MergingCatalog.Create(config.Tokens, shape, (ulong)config.Seed);
        // A finished run, and one that goes on, need the file no longer.
        if (config.Model.InitFrom != ModelConfig.None && File.Exists(config.Model.InitFrom))
            PretrainedWeights.Check(config.Model, shape);
        int images = config.Train.TrainedOn(Images(config, options, set));
        int stepsPerEpoch = StepsPerEpoch(config, images);
        Snapshots.Steps(config.Burden.Snapshots, stepsPerEpoch, stepsPerEpoch * config.Train.Epochs);
        PruningSetup.InConfig(() => CheckMethod(config, shape, stepsPerEpoch, catalog));
    }

    /// <summary>At least 1, and few enough that 32 bits count all steps.</summary>
    internal static int StepsPerEpoch(RunConfig config, int images)
    {
        if (config.Train.BatchSize > images)
        {
            throw new SettingException(
                "train.batch_size", $"{config.Train.BatchSize}; allowed 1 to {images}, the number of training images");
        }

        int steps = images / config.Train.BatchSize;
        if ((long)steps * config.Train.Epochs <= int.MaxValue) return steps;
        throw new SettingException(
            "train.epochs",
            $"{config.Train.Epochs}; allowed 1 to {int.MaxValue / steps}: with {steps} steps an epoch a run has at most "
            + $"{Numbers.Grouped(int.MaxValue)} steps");
    }

    // Its pixels lie in one array, and 32 bits count the numbers that a device makes of them.
    private static void RequireBatch(RunConfig config, DatasetManifest set)
    {
        bool inParts = config.Augment is { Mixup: 0, Cutmix: 0, RandomErasing: 0, RandAugment: 0 };
        int accumulate = inParts ? config.Train.Accumulate : 1;
        long most = Array.MaxLength / ((long)set.Channels * set.Height * set.Width) * accumulate;
        if (config.Train.BatchSize <= most) return;
        throw new SettingException(
            "train.batch_size",
            $"{config.Train.BatchSize}; allowed 1 to {most} images of {set.Height} x {set.Width} x {set.Channels}, as many as "
            + "fit into 2 GiB; train.accumulate splits a batch, unless mixup, CutMix, RandAugment or erasing prepare it whole");
    }

    private static int Images(RunConfig config, RunOptions options, DatasetManifest set)
    {
        int limit = config.Train.Limit;
        if (set.Kind == DatasetKind.Embedded)
        {
            return limit <= config.Data.TrainCount
                ? UpTo(limit, config.Data.TrainCount)
                : throw Beyond(limit, config.Data.TrainCount);
        }

        // Files that are taken as they are hold as many as they hold.
        int count = config.Data.AsFound && !PackedDataset.IsName(config.Data.Name)
            ? RunEngine.LoadData(config with { Train = config.Train with { Limit = 0 } }, options).Train.Count
            : set.TrainCount;
        return limit <= count ? UpTo(limit, count) : throw Beyond(limit, count);

        static int UpTo(int limit, int count) => limit == 0 ? count : limit;

        SettingException Beyond(int asked, int there) =>
            new("train.limit", $"{asked}; '{set.Name}' has {there} training images, 0 takes all");
    }

    /// <returns>Sparsity that the method goes to.</returns>
    private static double CheckMethod(RunConfig config, VitShape shape, int stepsPerEpoch, MethodCatalog catalog)
    {
        var preset = catalog.Find(config.Pruning.Method);
        if (preset.Name == PruningSetup.Dense) return 0;
        int total = stepsPerEpoch * config.Train.Epochs;
        var settings = catalog.Check(PruningSetup.Options(config, stepsPerEpoch, total), total);
        var scope = PruningSetup.Names(shape, config.Pruning.Scope).ToHashSet();
        if (preset.GroupKind is not { } kind)
        {
            var tensors = ParameterTable.Of(shape).Where(p => scope.Contains(p.Name))
                .Select(p => new ShapeTensor(p.Name, p.Shape[0], p.Shape[1])).ToList();
            catalog.CheckReach(PruningSetup.Options(config, stepsPerEpoch, total), tensors, [], total);
            return settings.Sparsity;
        }

        var sets = ModelGroups.Of(shape).Where(g => g.Kind == kind && g.Members.All(m => scope.Contains(m.Tensor)))
            .GroupBy(g => g.Set).Select(g => g.Count()).ToList();
        if (sets.Count == 0)
        {
            string others = kind == ModelGroups.Heads ? "all or attention" : "all or mlp";
            throw new SettingException(
                "scope", Spelled(config.Pruning.Scope), $"{others}, as '{preset.Name}' prunes {kind}");
        }

        double most = 1 - ((double)sets.Count / sets.Sum());
        if (settings.Sparsity <= most + 1e-9) return settings.Sparsity;
        throw new SettingException(
            "sparsity",
            settings.Sparsity,
            $"at most {Math.Floor(1e4 * most) / 1e4}, as each of {sets.Count} blocks keeps one of its {sets[0]} {kind}");
    }

    private static string Spelled(PruningScope scope) => scope.ToString().ToLowerInvariant();
}
