using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>Brings activities and weights of a block's sites to the host; spans live until the same one is read again.</summary>
internal sealed class SiteReader(Device device)
{
    private readonly Dictionary<string, float[]> _copies = [];

    /// <summary>h of a site.</summary>
    public SiteView Units(BlockActivations a, BurdenSite site)
    {
        int channels = a.Input.Dim;
        if (site == BurdenSite.Mlp)
        {
            var state = a.MlpInput;
            return SiteView.Of(
                Read("hidden", a.Hidden), a.Hidden.Shape[1], Read("sizes", state.Sizes), state.Batch, state.Count);
        }

        var sizes = Read("sizes", a.Input.Sizes);
        if (site == BurdenSite.Attention)
            return SiteView.Of(Read("attended", a.Attended), channels, sizes, a.Input.Batch, a.Input.Count);
        int part = site - BurdenSite.Query;
        return new SiteView(
            Read("qkv", a.Qkv), 3 * channels, part * channels, channels, sizes, a.Input.Batch, a.Input.Count);
    }

    /// <summary>The inputs x of the matrix that makes a site's units; not for a site without one.</summary>
    public SiteView Inputs(BlockActivations a, BurdenSite site)
    {
        var (state, x) = site == BurdenSite.Mlp ? (a.MlpInput, a.Norm2) : (a.Input, a.Norm1);
        return SiteView.Of(Read("inputs", x), state.Dim, Read("sizes", state.Sizes), state.Batch, state.Count);
    }

    /// <summary>W m [units, inputs] and D [outputs, units] of a site, empty where it has none.</summary>
    /// <param name="masked">Whether masks count.</param>
    public SiteWeights Weights(TransformerBlock block, BurdenSite site, bool masked)
    {
        int channels = block.Projection.Weight.Shape[0];
        return site switch
        {
            BurdenSite.Mlp => new SiteWeights(Of("fc1", block.Fc1), Of("fc2", block.Fc2)),
            BurdenSite.Attention => new SiteWeights([], Of("proj", block.Projection)),
            _ => new SiteWeights(
                Of("qkv weight", block.Qkv).Slice((site - BurdenSite.Query) * channels * channels, channels * channels),
                site == BurdenSite.Value ? Of("proj", block.Projection) : []),
        };

        ReadOnlySpan<float> Of(string name, LinearLayer layer) =>
            Read(name, masked ? layer.Weight.Effective : layer.Weight.Weights);
    }

    /// <summary>A tensor's values; empty for none.</summary>
    /// <param name="name">Of the buffer that a copy goes into.</param>
    public ReadOnlySpan<float> Read(string name, scoped in Tensor tensor)
    {
        if (tensor.IsNone) return [];
        if (device.TryGetHostSpan(tensor, out var live)) return live;
        if (!_copies.TryGetValue(name, out float[]? buffer) || buffer.Length < tensor.Count)
            _copies[name] = buffer = new float[tensor.Count];
        var span = buffer.AsSpan(0, (int)tensor.Count);
        device.Download(tensor, span);
        return span;
    }
}
