using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Tests.Pruning;

/// <summary>Small named matrices with deterministic contents, and a loop that trains them.</summary>
internal static class Toys
{
    public static HostPrunableTensor Tensor(string name, int rows, int columns, int seed, float scale = 1f)
    {
        var tensor = HostPrunableTensor.Allocate(name, rows, columns);
        var random = new Random(seed);
        foreach (ref float w in tensor.Edit(TensorPart.Weights))
            w = (float)(random.NextDouble() * 2 - 1) * scale;
        return tensor;
    }

    public static HostPrunableTensor Of(string name, int rows, int columns, params float[] weights)
    {
        var tensor = HostPrunableTensor.Allocate(name, rows, columns);
        weights.CopyTo(tensor.Edit(TensorPart.Weights));
        return tensor;
    }

    /// <summary>
    /// Three matrices of a two-head attention and an MLP with 6 hidden units, with their groups.
    /// </summary>
    public static HostPrunableTensor[] Three(int seed = 1) =>
    [
        Tensor("qkv", 24, 8, seed), Tensor("fc1", 6, 8, seed + 1, 0.5f), Tensor("fc2", 8, 6, seed + 2, 2f),
    ];

    /// <summary>Four heads of width 2 as three row ranges of qkv; six MLP units.</summary>
    public static IReadOnlyList<StructuredGroup> Groups { get; } =
    [
        .. Enumerable.Range(0, 4).Select(h => new StructuredGroup("heads", "attn", h,
        [
            new GroupMember("qkv", GroupAxis.Rows, 2 * h, 2),
            new GroupMember("qkv", GroupAxis.Rows, 8 + 2 * h, 2),
            new GroupMember("qkv", GroupAxis.Rows, 16 + 2 * h, 2),
        ])),
        .. Enumerable.Range(0, 6).Select(u => new StructuredGroup("mlp-units", "mlp", u,
        [
            new GroupMember("fc1", GroupAxis.Rows, u, 1), new GroupMember("fc2", GroupAxis.Columns, u, 1),
        ])),
    ];

    public static Pruner Pruner(
        PruningOptions options, IReadOnlyList<PrunableTensor> tensors, long totalSteps = 40,
        ulong seed = 7) =>
        MethodCatalog.BuiltIn.CreatePruner(options, tensors, Groups, totalSteps, seed);

    public static PruningOptions Options(
        string method, double? sparsity = null, params (string, string)[] parameters) =>
        new()
        {
            Method = method,
            Sparsity = sparsity,
            Parameters = parameters.ToDictionary(p => p.Item1, p => p.Item2),
        };

    /// <summary>
    /// Gradient of a quadratic bowl around fixed targets plus noise; a function of the step alone.
    /// </summary>
    public static void Backward(PrunableTensor tensor, long step, bool masked)
    {
        var random = new Random(tensor.Rows * 1009 + tensor.Columns * 31 + (int)step);
        var gradient = tensor.Edit(TensorPart.Gradient);
        var effective = tensor.Effective;
        for (int i = 0; i < gradient.Length; i++)
        {
            float value = effective[i] - MathF.Sin(i + tensor.Rows) + (float)random.NextDouble() - 0.5f;
            gradient[i] = masked && !tensor.Mask[i] ? float.NaN : value;
        }
    }

    /// <summary>One training step in the order that <see cref="Pruner"/> prescribes.</summary>
    public static void TrainStep(Pruner pruner, IToyOptimizer optimizer, long step)
    {
        pruner.WriteEffective();
        bool masked = pruner.GradientNeed(step) == GradientNeed.Masked;
        foreach (var tensor in pruner.Tensors) Backward(tensor, step, masked);
        pruner.AfterBackward(step);
        pruner.BeforeOptimizer();
        foreach (var tensor in pruner.Tensors) optimizer.Update(tensor, step, pruner);
        pruner.AfterOptimizer();
        pruner.Step(step);
    }

    public static bool[] Bools(PrunableTensor tensor) =>
        [.. Enumerable.Range(0, tensor.Count).Select(i => tensor.Mask[i])];

    public static string Text(PrunableTensor tensor) =>
        string.Concat(Bools(tensor).Select(kept => kept ? '1' : '0'));

    /// <summary>Kept weights of an output unit.</summary>
    public static int InRow(Mask mask, int row) => Enumerable.Range(0, mask.Columns).Count(column => mask[row, column]);

    /// <summary>Kept weights of an input.</summary>
    public static int InColumn(Mask mask, int column) => Enumerable.Range(0, mask.Rows).Count(row => mask[row, column]);
}
