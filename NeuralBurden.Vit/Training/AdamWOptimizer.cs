using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>AdamW (arXiv 1711.05101).</summary>
internal sealed class AdamWOptimizer(Device device, ParameterArena parameters, OptimConfig config)
    : Optimizer(device, parameters, config.WeightDecay)
{
    private readonly Tensor _m = parameters.AllocateLike("first moment");
    private readonly Tensor _v = parameters.AllocateLike("second moment");

    public override IReadOnlyList<Tensor> Moments => [_m, _v];

    public override IReadOnlyList<string> MomentNames => ["m", "v"];

    protected override void UpdatePart(
        long offset,
        in Tensor w,
        in Tensor g,
        in Tensor decayedBy,
        long step,
        float learningRate,
        float weightDecay,
        long? frozenSteps)
    {
        var options = new AdamWOptions(
            learningRate,
            (float)config.Beta1,
            (float)config.Beta2,
            (float)config.Eps,
            weightDecay,
            step + 1,
            frozenSteps ?? 0);
        Device.AdamW(new(w, g, _m.Slice(offset, w.Shape), _v.Slice(offset, w.Shape), decayedBy, options));
    }
}
