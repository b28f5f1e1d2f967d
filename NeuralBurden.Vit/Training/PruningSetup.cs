using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

/// <summary>From a run's config to a pruner over the model's matrices.</summary>
internal static class PruningSetup
{
    public const string Dense = "dense";

    public static PruningOptions Options(PruningConfig config, int stepsPerEpoch, int totalSteps) => new()
    {
        Method = config.Method,
        Sparsity = config.Sparsity,
        Start = Point(config.Start, stepsPerEpoch, totalSteps),
        End = Point(config.End, stepsPerEpoch, totalSteps),
        Stop = Point(config.Stop, stepsPerEpoch, totalSteps),
        UpdateEvery = config.UpdateEvery is { } every
            ? Math.Max(1, every.ToSteps(stepsPerEpoch, totalSteps))
            : null,
        Distribution = config.Distribution?.ToString().ToLowerInvariant(),
        Parameters = config.Parameters,
    };

    /// <summary>The matrices that a scope names, in the order of the forward pass.</summary>
    public static IReadOnlyList<Parameter> Scope(VisionTransformer model, PruningScope scope) =>
        [.. model.Blocks.SelectMany(b => scope switch
        {
            PruningScope.Attention => new[] { b.Qkv, b.Projection },
            PruningScope.Mlp => [b.Fc1, b.Fc2],
            _ => [b.Qkv, b.Projection, b.Fc1, b.Fc2],
        }).Select(l => l.Weight)];

    /// <summary>
    /// What removing a head or a hidden unit takes with it. Head h of a block owns rows of q, k and v in the fused qkv
    /// and columns of proj; hidden unit j owns row j of fc1 and column j of fc2.
    /// </summary>
    public static IReadOnlyList<StructuredGroup> Groups(VisionTransformer model)
    {
        var groups = new List<StructuredGroup>();
        int c = model.Shape.Dim, d = model.Shape.HeadDim;
        for (int i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            for (int h = 0; h < model.Shape.Heads; h++)
            {
                string qkv = block.Qkv.Weight.Name;
                groups.Add(new StructuredGroup("heads", $"blocks.{i}", h, [
                    new GroupMember(qkv, GroupAxis.Rows, h * d, d),
                    new GroupMember(qkv, GroupAxis.Rows, c + (h * d), d),
                    new GroupMember(qkv, GroupAxis.Rows, (2 * c) + (h * d), d),
                    new GroupMember(block.Projection.Weight.Name, GroupAxis.Columns, h * d, d)]));
            }

            for (int j = 0; j < model.Shape.MlpDim; j++)
            {
                groups.Add(new StructuredGroup("mlp-units", $"blocks.{i}", j, [
                    new GroupMember(block.Fc1.Weight.Name, GroupAxis.Rows, j, 1),
                    new GroupMember(block.Fc2.Weight.Name, GroupAxis.Columns, j, 1)]));
            }
        }

        return groups;
    }

    /// <summary>Masks the model's matrices and attaches the method to them.</summary>
    public static (Pruner Pruner, IReadOnlyList<DevicePrunableTensor> Tensors) Attach(
        Device device,
        VisionTransformer model,
        Optimizer optimizer,
        RunConfig config,
        int stepsPerEpoch,
        int totalSteps,
        MethodCatalog catalog)
    {
        var scope = Scope(model, config.Pruning.Scope);
        model.Parameters.Mask(scope);
        DevicePrunableTensor[] tensors =
            [.. scope.Select(p => new DevicePrunableTensor(device, p, optimizer.MomentsOf(p)))];
        var names = scope.Select(p => p.Name).ToHashSet();
        StructuredGroup[] groups = [.. Groups(model).Where(g => g.Members.All(m => names.Contains(m.Tensor)))];
        var options = Options(config.Pruning, stepsPerEpoch, totalSteps);
        var pruner = catalog.CreatePruner(options, tensors, groups, totalSteps, (ulong)config.Seed);
        return (pruner, tensors);
    }

    private static TrainingPoint? Point(Duration? duration, int stepsPerEpoch, int totalSteps) => duration switch
    {
        null => null,
        { Unit: DurationUnit.Percent } percent => TrainingPoint.Fraction(percent.Amount / 100),
        { } other => TrainingPoint.Step(other.ToSteps(stepsPerEpoch, totalSteps)),
    };
}
