using NeuralBurden.Pruning;
using NeuralBurden.Pruning.State;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

internal sealed partial class Trainer
{
    private readonly SparsePlan? _sparse;

    /// <summary>
    /// What computes the products of each matrix, as in the last step; empty in a dense run. And whether dense kernels
    /// multiply pruned weights there.
    /// </summary>
    public (IReadOnlyList<LayerKernels> Kernels, bool IsSimulated) DescribeKernels()
    {
        if (_sparse is null) return ([], false);
        // A run that goes on from its last checkpoint has made no step to remember.
        ChooseGradients(Math.Max(0, StepsDone - 1));
        return (_sparse.Kernels, _sparse.IsSimulated);
    }

    /// <summary>Makes the effective weights current, in their dense and sparse forms: before every forward pass.</summary>
    public void WriteEffective()
    {
        Pruner?.WriteEffective();
        _sparse?.Update();
    }

    /// <summary>
    /// Tells the layers whether this step's weight gradients are needed at pruned weights; true where
    /// <c>pruning.dense_gradient_every</c> decides that instead of the method.
    /// </summary>
    private bool ChooseGradients(int step)
    {
        if (Pruner is null) return false;
        int every = _config.Pruning.DenseGradientEvery;
        bool dense = Pruner.GradientNeed(step) == GradientNeed.Dense;
        bool thinned = dense && every > 1 && Pruner.GradientServesOptimizerAlone(step);
        _sparse?.SampleGradients(!dense || (thinned && step % every != 0));
        return thinned;
    }

    /// <summary>The gradient of pruned weights: none, or in every k-th step k times as large.</summary>
    private void ScaleThinned(int step)
    {
        int every = _config.Pruning.DenseGradientEvery;
        _prunable?.TransformGradient(step % every == 0 ? every : 0, 0);
    }
}
