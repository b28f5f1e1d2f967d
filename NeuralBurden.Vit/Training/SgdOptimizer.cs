using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>Stochastic gradient descent with momentum.</summary>
internal sealed class SgdOptimizer(Device device, ParameterArena parameters, OptimConfig config)
    : Optimizer(device, parameters, config.WeightDecay)
{
    private readonly Tensor _velocity = parameters.AllocateLike("momentum");

    public override IReadOnlyList<Tensor> Moments => [_velocity];

    public override IReadOnlyList<string> MomentNames => ["u"];

    protected override void UpdatePart(
        long offset,
        in Tensor w,
        in Tensor g,
        in Tensor decayedBy,
        long step,
        float learningRate,
        float weightDecay,
        long? frozenSteps) =>
        Device.Sgd(new(
            w, g, _velocity.Slice(offset, w.Shape), decayedBy, learningRate, (float)config.Momentum, weightDecay,
            Nesterov: false));
}
