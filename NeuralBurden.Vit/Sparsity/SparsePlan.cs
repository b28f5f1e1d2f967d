using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>The matrices of a model that are under masks; see <see cref="PrunedWeight"/>. Owns them.</summary>
internal sealed class SparsePlan : IDisposable
{
    private readonly Device _device;
    private readonly PrunedWeight[] _weights;
    private readonly Action<int, int> _update;

    public SparsePlan(Device device, IEnumerable<PrunedWeight> weights)
    {
        (_device, _weights) = (device, [.. weights]);
        _update = (part, lane) => _weights[part].Update(_device.Lanes[lane]);
    }

    /// <summary>For a model whose weights are masked already and stay as they are.</summary>
    public static SparsePlan ForInference(
        Device device, IReadOnlyList<(Parameter Weight, Mask Mask)> masks, SparseMode mode)
    {
        var policy = new SparsePolicy(device, mode);
        var weights = masks.Select(m => new PrunedWeight(device, m.Weight, m.Mask, policy, training: false));
        var plan = new SparsePlan(device, weights);
        plan.Update();
        return plan;
    }

    public IReadOnlyList<LayerKernels> Kernels => [.. _weights.Select(w => w.Kernels)];

    /// <summary>Whether dense kernels multiply pruned weights somewhere.</summary>
    public bool IsSimulated => _weights.Any(w => w.IsSimulated);

    /// <summary>Follows masks and effective weights, matrix by matrix on the lanes of the device where it has some.</summary>
    public void Update()
    {
        if (_device.Lanes.Count > 0) _device.OnLanes(_update, _weights.Length);
        else foreach (var weight in _weights) weight.Update(_device);
    }

    /// <inheritdoc cref="PrunedWeight.SampleGradients"/>
    public void SampleGradients(bool sampled)
    {
        foreach (var weight in _weights) weight.SampleGradients(sampled);
    }

    public void Dispose()
    {
        foreach (var weight in _weights) weight.Dispose();
    }
}
