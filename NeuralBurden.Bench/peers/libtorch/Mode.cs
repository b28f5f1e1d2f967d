using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NeuralBurden.Bench.Peers;

/// <summary>
/// One of <c>train</c> (forward, cross-entropy, backward, AdamW), <c>train_mask</c> (and every matrix of the blocks times
/// a fixed mask of 90 % zeros), <c>train_tome</c>, <c>infer</c> and <c>infer_tome</c>, with a model of its own.
/// </summary>
internal sealed class Mode
{
    private readonly string _name;
    private readonly VisionTransformer _model;
    private readonly optim.Optimizer _optimizer;
    private readonly (Tensor Weight, Tensor Mask)[] _masked = [];
    private readonly Tensor _images, _labels;

    public Mode(string name, PeerOptions options, Tensor images, Tensor labels)
    {
        (_name, _images, _labels) = (name, images, labels);
        _model = new VisionTransformer(options, name.EndsWith("tome", StringComparison.Ordinal));
        _optimizer = optim.AdamW(_model.parameters(), 1e-3, weight_decay: 0.05);
        if (name != "train_mask") return;
        using var off = no_grad();
        _masked = [.. _model.named_parameters()
            .Where(p => p.parameter.dim() == 2 && p.name.Contains("blocks", StringComparison.Ordinal))
            .Select(p => ((Tensor)p.parameter, Mask(p.parameter)))];
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        if (_name.StartsWith("infer", StringComparison.Ordinal))
        {
            _model.eval();
            using var inference = inference_mode();
            _model.call(_images);
            return;
        }

        _optimizer.zero_grad();
        functional.cross_entropy(_model.call(_images), _labels).backward();
        _optimizer.step();
        using var off = no_grad();
        foreach (var (weight, mask) in _masked) weight.mul_(mask);
    }

    private static Tensor Mask(Tensor weight)
    {
        var size = weight.abs();
        return size.gt(size.flatten().kthvalue((long)(weight.numel() * 0.9), 0).values).to_type(float32);
    }
}
