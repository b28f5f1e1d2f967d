using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Updates the weights from the gradients. Its state are moments, arenas of the layout of the weights. Matrices are
/// decayed, the section <see cref="ParameterRole.Exempt"/> is not.
/// </summary>
internal abstract class Optimizer(Device device, ParameterArena parameters, double weightDecay) : IDisposable
{
    protected Device Device { get; } = device;

    protected ParameterArena Parameters { get; } = parameters;

    private float[]? _rates;

    /// <summary>Gives every parameter its share of the learning rate.</summary>
    public void Scale(LayerRates rates) =>
        _rates = rates.IsUniform ? null : [.. Parameters.All.Select(p => (float)rates.Of(p.Name))];

    /// <summary>Clears the gradients of frozen parameters, which take no part in the norm that clips.</summary>
    public void ClearFrozen()
    {
        for (int i = 0; _rates is not null && i < _rates.Length; i++)
            if (_rates[i] == 0) Device.Clear(Parameters.All[i].Gradient);
    }

    /// <summary>Arenas of state, in the order of their names.</summary>
    public abstract IReadOnlyList<Tensor> Moments { get; }

    /// <summary>Names of the moments in checkpoints.</summary>
    public abstract IReadOnlyList<string> MomentNames { get; }

    public static Optimizer Create(Device device, ParameterArena parameters, OptimConfig config) => config.Optimizer switch
    {
        OptimizerKind.AdamW => new AdamWOptimizer(device, parameters, config),
        OptimizerKind.Sgd => new SgdOptimizer(device, parameters, config),
        _ => throw new SettingException("optim.optimizer", $"'{config.Optimizer}' is not implemented"),
    };

    /// <param name="step">Counts from 0.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="decayPruned">Whether decay acts on pruned weights too, or on effective weights only.</param>
    /// <param name="frozenSteps">
    /// Steps after which Adam's v of the matrices under pruning was frozen, with its bias correction; null while it is
    /// updated.
    /// </param>
    public void Step(long step, float learningRate, bool decayPruned, long? frozenSteps)
    {
        float decay = (float)weightDecay;
        if (_rates is not null)
        {
            ByParameter(_rates);
            return;
        }

        if (decayPruned && frozenSteps is null)
        {
            Whole(ParameterRole.Prunable, decay);
        }
        else
        {
            for (int i = 0; i < Parameters.All.Count; i++)
            {
                var parameter = Parameters.All[i];
                if (parameter.Role != ParameterRole.Prunable) continue;
                var decayedBy = decayPruned ? parameter.Weights : parameter.Effective;
                long? frozen = parameter.IsMasked ? frozenSteps : null;
                Update(parameter.Offset, parameter.Weights, parameter.Gradient, decayedBy, decay, frozen);
            }
        }

        Whole(ParameterRole.Decayed, decay);
        Whole(ParameterRole.Exempt, 0);

        void Whole(ParameterRole role, float decayed)
        {
            var weights = Parameters.Section(Parameters.Weights, role);
            long offset = weights.Offset - Parameters.Weights.Offset;
            Update(offset, weights, Parameters.Section(Parameters.Gradients, role), weights, decayed, null);
        }

        void ByParameter(float[] rates)
        {
            for (int i = 0; i < Parameters.All.Count; i++)
            {
                var p = Parameters.All[i];
                if (rates[i] == 0) continue;
                bool prunable = p.Role == ParameterRole.Prunable;
                var decayedBy = prunable && !decayPruned ? p.Effective : p.Weights;
                long? frozen = prunable && p.IsMasked ? frozenSteps : null;
                float decayed = p.Role == ParameterRole.Exempt ? 0 : decay;
                UpdatePart(p.Offset, p.Weights, p.Gradient, decayedBy, step, learningRate * rates[i], decayed, frozen);
            }
        }

        void Update(long offset, in Tensor w, in Tensor g, in Tensor decayedBy, float decayed, long? frozen) =>
            UpdatePart(offset, w, g, decayedBy, step, learningRate, decayed, frozen);
    }

    /// <summary>The slice of a moment that belongs to a parameter.</summary>
    public IReadOnlyList<Tensor> MomentsOf(Parameter parameter) =>
        [.. Moments.Select(m => m.Slice(parameter.Offset, parameter.Shape))];

    public void Dispose()
    {
        foreach (var moment in Moments) moment.Buffer.Dispose();
    }

    protected abstract void UpdatePart(
        long offset,
        in Tensor w,
        in Tensor g,
        in Tensor decayedBy,
        long step,
        float learningRate,
        float weightDecay,
        long? frozenSteps);
}
