using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;

namespace NeuralBurden.Pruning.Methods;

/// <summary>The parts of a composed method. Parts hold state: build new ones for every pruner.</summary>
public sealed record MethodParts
{
    /// <summary>How sparse at which step.</summary>
    public required SparsitySchedule Schedule { get; init; }

    /// <summary>At which steps masks are updated.</summary>
    public required PruningWindow Window { get; init; }

    public Distribution Distribution { get; init; } = new GlobalDistribution();

    public Criterion Criterion { get; init; } = new MagnitudeCriterion();

    public Pattern Pattern { get; init; } = new UnstructuredPattern();

    public Persistence Persistence { get; init; } = Persistence.Zeroed;

    /// <summary>Drop and grow after pruning; null for none.</summary>
    public Growth? Growth { get; init; }

    public Hysteresis Hysteresis { get; init; } = Hysteresis.None;

    /// <summary>
    /// Criterion of the masks before the first step, at the schedule's sparsity for step 0; null starts
    /// dense.
    /// </summary>
    public Criterion? InitialCriterion { get; init; }

    /// <summary>
    /// Step, at least 1, from which Adam's second moment of the tensors is left alone; null for never.
    /// </summary>
    public long? FreezeSecondMomentFrom { get; init; }

    /// <exception cref="SettingException">Parts that do not go together.</exception>
    public void Validate()
    {
        Persistence.Validated();
        if (Growth != null && !Pattern.HasFreeUnits)
        {
            throw new SettingException(
                "growth", $"pattern '{Pattern.Name}' has no free units to grow");
        }

        bool ranksWeights = Pattern.IsUnstructured && Criterion is MagnitudeCriterion;
        if (Growth is { Drop: DropRule.PerSign } && !ranksWeights)
        {
            throw new SettingException(
                "growth", "dropping per sign needs the unstructured pattern and magnitude");
        }

        if (Growth != null && Persistence.Returns)
        {
            throw new SettingException(
                "growth", "a method that grows needs weights that do not return by score");
        }

        if (Window.Stop < Schedule.End)
        {
            throw new SettingException(
                "stop", Window.Stop, $"a step not before the schedule's end ({Schedule.End})");
        }
    }
}
