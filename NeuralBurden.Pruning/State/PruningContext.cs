using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.State;

/// <summary>
/// What a method works on: the matrices it prunes, in a fixed order, the model's structured groups, and the
/// training plan. Concatenated arrays hold tensor t at [<see cref="Offset"/>(t), Offset(t) +
/// Tensors[t].Count).
/// </summary>
public sealed class PruningContext
{
    private readonly int[] _offsets;

    /// <exception cref="SettingException">No tensors, a name twice, or no training steps.</exception>
    public PruningContext(
        IReadOnlyList<PrunableTensor> tensors, IReadOnlyList<StructuredGroup> groups, long totalSteps,
        ulong seed, IGroupGates? gates = null)
    {
        if (tensors.Count == 0) throw new SettingException("tensors", "no tensor to prune");
        if (totalSteps < 1) throw new SettingException("steps", totalSteps, "at least 1 step");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new SettingException("tensors", $"two tensors are named '{tensor.Name}'");
        }

        Tensors = tensors;
        Groups = groups;
        TotalSteps = totalSteps;
        Seed = seed;
        Gates = gates;
        _offsets = new int[tensors.Count + 1];
        for (int t = 0; t < tensors.Count; t++) _offsets[t + 1] = checked(_offsets[t] + tensors[t].Count);
    }

    public IReadOnlyList<PrunableTensor> Tensors { get; }

    public IReadOnlyList<StructuredGroup> Groups { get; }

    /// <summary>All tensors as one; null where each is on its own.</summary>
    public IPrunableArena? Arena { get; init; }

    public long TotalSteps { get; }

    public ulong Seed { get; }

    /// <summary>Null where nobody measures gates of groups.</summary>
    public IGroupGates? Gates { get; }

    /// <summary>Weights of all tensors together.</summary>
    public int TotalWeights => _offsets[^1];

    public int Offset(int tensor) => _offsets[tensor];

    /// <inheritdoc cref="PrunableTensor.WriteEffective"/>
    public void WriteEffective()
    {
        Arena?.WriteEffective();
        for (int t = 0; t < Tensors.Count && Arena is null; t++) Tensors[t].WriteEffective();
    }

    /// <inheritdoc cref="PrunableTensor.TransformGradient"/>
    public void TransformGradient(float prunedScale, float prunedDecay)
    {
        Arena?.TransformGradient(prunedScale, prunedDecay);
        for (int t = 0; t < Tensors.Count && Arena is null; t++) Tensors[t].TransformGradient(prunedScale, prunedDecay);
    }

    /// <summary>Zeroes the weights of all tensors where the masks are 0.</summary>
    public void ZeroPrunedWeights()
    {
        Arena?.ZeroPrunedWeights();
        for (int t = 0; t < Tensors.Count && Arena is null; t++) Tensors[t].ZeroPruned(TensorPart.Weights);
    }

    /// <summary>The part of a concatenated array that belongs to one tensor.</summary>
    public Span<T> Slice<T>(T[] all, int tensor) => all.AsSpan(_offsets[tensor], Tensors[tensor].Count);

    /// <summary>Index of a tensor by name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (int t = 0; t < Tensors.Count; t++)
            if (Tensors[t].Name == name) return t;
        return -1;
    }
}
