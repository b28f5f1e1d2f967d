using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

/// <summary>From a run's config to a pruner over the model's matrices.</summary>
internal static class PruningSetup
{
    public const string Dense = "dense";

    public static PruningOptions Options(RunConfig run, int stepsPerEpoch, int totalSteps) =>
        Options(run.Pruning, stepsPerEpoch, totalSteps) with
        {
            WarmupSteps = run.Optim.Warmup.ToSteps(stepsPerEpoch, totalSteps),
        };

    private static PruningOptions Options(PruningConfig config, int stepsPerEpoch, int totalSteps) => new()
    {
        Method = config.Method,
        Sparsity = config.Sparsity,
        Start = Point(config.Start, stepsPerEpoch, totalSteps),
        End = Point(config.End, stepsPerEpoch, totalSteps),
        Stop = Point(config.Stop, stepsPerEpoch, totalSteps),
        UpdateEvery = config.UpdateEvery switch
        {
            null => null,
            { Unit: DurationUnit.Percent } percent => TrainingPeriod.Fraction(percent.Amount / 100),
            { } other => TrainingPeriod.Steps(Math.Max(1, other.ToSteps(stepsPerEpoch, totalSteps))),
        },
        Distribution = config.Distribution is { } distribution
            ? ConfigFields.Distributions.Format(distribution)
            : null,
        Parameters = config.Parameters,
    };

    /// <summary>The matrices that a scope names, in the order of the forward pass.</summary>
    public static IEnumerable<string> Names(VitShape shape, PruningScope scope)
    {
        string[] matrices = scope switch
        {
            PruningScope.Attention => ["attn.qkv", "attn.proj"],
            PruningScope.Mlp => ["mlp.fc1", "mlp.fc2"],
            _ => ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"],
        };
        return Enumerable.Range(0, shape.Depth).SelectMany(i => matrices.Select(name => $"blocks.{i}.{name}.weight"));
    }

    /// <summary>Masks the model's matrices and attaches the method to them.</summary>
    public static (Pruner Pruner, PrunableArena Arena) Attach(
        Device device,
        VisionTransformer model,
        Optimizer optimizer,
        RunConfig config,
        int stepsPerEpoch,
        int totalSteps,
        MethodCatalog catalog,
        IGroupGates gates,
        SparsePolicy policy)
    {
        Parameter[] scope = [.. Names(model.Shape, config.Pruning.Scope).Select(name => model.Parameters[name])];
        var arena = new PrunableArena(device, model.Parameters, scope, optimizer, policy);
        var names = scope.Select(p => p.Name).ToHashSet();
        StructuredGroup[] groups = [.. ModelGroups.Of(model.Shape).Where(g => g.Members.All(m => names.Contains(m.Tensor)))];
        var options = Options(config, stepsPerEpoch, totalSteps);
        var pruner = InConfig(() => catalog.CreatePruner(
            options, arena.Tensors, groups, totalSteps, (ulong)config.Seed, gates, arena));
        return (pruner, arena);
    }

    /// <summary>Names what pruning finds wrong with its settings as a config does, where they lie under <c>pruning</c>.</summary>
    public static T InConfig<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SettingException e)
        {
            throw e.Within("pruning");
        }
    }

    private static TrainingPoint? Point(Duration? duration, int stepsPerEpoch, int totalSteps) => duration switch
    {
        null => null,
        { Unit: DurationUnit.Percent } percent => TrainingPoint.Fraction(percent.Amount / 100),
        { } other => TrainingPoint.Step(other.ToSteps(stepsPerEpoch, totalSteps)),
    };
}
