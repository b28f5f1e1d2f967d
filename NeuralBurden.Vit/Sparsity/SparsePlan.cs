using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>The matrices of a model that are under masks; see <see cref="PrunedWeight"/>. Owns them.</summary>
internal sealed class SparsePlan(IReadOnlyList<PrunedWeight> weights) : IDisposable
{
    /// <summary>For a model whose weights are masked already and stay as they are.</summary>
    public static SparsePlan ForInference(
        Device device, IReadOnlyList<(Parameter Weight, Mask Mask)> masks, SparseMode mode)
    {
        var policy = new SparsePolicy(device, mode);
        var plan = new SparsePlan([.. masks.Select(m => new PrunedWeight(device, m.Weight, m.Mask, policy, training: false))]);
        plan.Update();
        return plan;
    }

    public IReadOnlyList<LayerKernels> Kernels => [.. weights.Select(w => w.Kernels)];

    /// <summary>Whether dense kernels multiply pruned weights somewhere.</summary>
    public bool IsSimulated => weights.Any(w => w.IsSimulated);

    /// <inheritdoc cref="PrunedWeight.Update"/>
    public void Update()
    {
        // A counted loop: enumerating the interface would allocate.
        for (int i = 0; i < weights.Count; i++) weights[i].Update();
    }

    /// <inheritdoc cref="PrunedWeight.SampleGradients"/>
    public void SampleGradients(bool sampled)
    {
        for (int i = 0; i < weights.Count; i++) weights[i].SampleGradients(sampled);
    }

    public void Dispose()
    {
        foreach (var weight in weights) weight.Dispose();
    }
}
