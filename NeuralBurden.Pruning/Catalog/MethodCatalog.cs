using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Catalog;

/// <summary>
/// The methods a program knows, by name. Immutable and passed on explicitly: <see cref="With"/> returns a
/// larger catalogue that holds a method of one's own as well.
/// </summary>
public sealed class MethodCatalog
{
    private readonly MethodPreset[] _presets;

    private MethodCatalog(MethodPreset[] presets) => _presets = presets;

    /// <summary>All presets of this library.</summary>
    public static MethodCatalog BuiltIn { get; } = new([
        .. GradualPresets.All, .. PersistentPresets.All, .. SparseTrainingPresets.All, .. LearnedPresets.All,
        .. PatternPresets.All]);

    public IReadOnlyList<MethodPreset> Presets => _presets;

    /// <exception cref="SettingException">The name is taken.</exception>
    public MethodCatalog With(MethodPreset preset)
    {
        if (Array.Exists(_presets, known => known.Name == preset.Name))
        {
            throw new SettingException(
                "method", $"a method named '{preset.Name}' exists already");
        }

        return new MethodCatalog([.. _presets, preset]);
    }

    /// <exception cref="SettingException">Unknown; the message names the nearest known
    /// method.</exception>
    public MethodPreset Find(string name) =>
        Array.Find(_presets, preset => preset.Name == name) ?? throw new SettingException(
            "method",
            $"'{name}' is not known; " + NearestName.Hint(name, _presets.Select(p => p.Name)));

    /// <summary>
    /// Checks everything that can be checked without tensors, and resolves defaults and times.
    /// </summary>
    /// <exception cref="SettingException">Names the field and the allowed range.</exception>
    public MethodSettings Check(PruningOptions options, long totalSteps)
    {
        if (totalSteps < 1) throw new SettingException("steps", totalSteps, "at least 1 step");
        var preset = Find(options.Method);
        double sparsity = options.Sparsity ?? preset.Sparsity;
        if (sparsity is not (>= 0 and < 1))
            throw new SettingException("sparsity", sparsity, "in [0, 1)");
        if (!preset.TakesSparsity) sparsity = preset.Sparsity;
        string distribution = options.Distribution ?? preset.Distribution;
        Distributions.Distribution.Parse(distribution);
        var values = new ParameterValues(preset.Name, preset.Parameters, options.Parameters);
        var window = Window(options, preset, totalSteps);
        var settings = new MethodSettings(
            sparsity, options.Sparsity != null, window, distribution, values, totalSteps, options.WarmupSteps);
        preset.Build(settings); // Building checks how the parts go together; the result is thrown away.
        return settings;
    }

    /// <summary>Checks, before anything is trained, that the method can prune these matrices to its target.</summary>
    /// <param name="tensors">Only their extents matter.</param>
    /// <exception cref="SettingException">It cannot; names the most that can be reached.</exception>
    public void CheckReach(
        PruningOptions options, IReadOnlyList<PrunableTensor> tensors, IReadOnlyList<StructuredGroup> groups,
        long totalSteps)
    {
        var settings = Check(options, totalSteps);
        // A learned threshold is not a count.
        if (settings.Sparsity == 0 || Find(options.Method).Build(settings) is not ComposedMethod method) return;
        var parts = method.Parts;
        parts.Pattern.Attach(new PruningContext(Chosen(options, tensors), groups, totalSteps, 0));
        Reach.Require(parts.Pattern, parts.Distribution, parts.Schedule.At(totalSteps - 1));
    }

    /// <summary>A pruner ready for step 0 over the tensors that the options name.</summary>
    /// <param name="gates">Gates of the groups, where they are measured; a criterion may ask for them.</param>
    /// <param name="arena">All of <paramref name="tensors"/> as one, where they are that on a device.</param>
    /// <exception cref="SettingException">Names the field, and the tensor where it is one.</exception>
    public Pruner CreatePruner(
        PruningOptions options, IReadOnlyList<PrunableTensor> tensors, IReadOnlyList<StructuredGroup> groups,
        long totalSteps, ulong seed, IGroupGates? gates = null, IPrunableArena? arena = null)
    {
        var settings = Check(options, totalSteps);
        var preset = Find(options.Method);
        if (preset.GroupKind is { } kind && !groups.Any(group => group.Kind == kind))
        {
            throw new SettingException(
                "method", $"'{preset.Name}' needs a model with groups '{kind}'");
        }

        var chosen = Chosen(options, tensors);
        var context = new PruningContext(chosen, groups, totalSteps, seed, gates)
        {
            Arena = chosen.Count == tensors.Count ? arena : null,
        };
        return new Pruner(preset.Build(settings), context);
    }

    private static PruningWindow Window(PruningOptions options, MethodPreset preset, long totalSteps)
    {
        int every = (options.UpdateEvery ?? preset.Timing.Every).Resolve(totalSteps, "update_every");
        long start = (options.Start ?? preset.Timing.Start).Resolve(totalSteps, "start");
        long? end = options.End?.Resolve(totalSteps, "end");
        long? stop = options.Stop?.Resolve(totalSteps, "stop");
        if (end < start)
        {
            throw new SettingException(
                "end", options.End, $"not before start (step {start} of {totalSteps})");
        }

        // A default gives way to what was set; two set values must fit.
        end ??= Math.Max(start, preset.Timing.End.Resolve(totalSteps, "end"));
        if (stop < end && options.End == null) end = Math.Max(start, stop.Value);
        stop ??= Math.Max(end.Value, preset.Timing.Stop.Resolve(totalSteps, "stop"));
        if (stop < end)
        {
            throw new SettingException(
                "stop", options.Stop, $"not before end (step {end} of {totalSteps})");
        }

        return new PruningWindow(start, end.Value, stop.Value, every);
    }

    private static IReadOnlyList<PrunableTensor> Chosen(
        PruningOptions options, IReadOnlyList<PrunableTensor> tensors)
    {
        if (options.Tensors is not { } names) return tensors;
        foreach (string name in names)
        {
            if (tensors.Any(tensor => tensor.Name == name)) continue;
            throw new SettingException(
                "tensors", $"'{name}' is no prunable tensor; "
                + NearestName.Hint(name, tensors.Select(tensor => tensor.Name)));
        }

        return [.. tensors.Where(tensor => names.Contains(tensor.Name))];
    }
}
