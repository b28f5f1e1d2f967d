using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Inference divided over images: each core carries its part of a batch through the whole network alone, and waits for the
/// others once, at the end. Logits are bit by bit those of the whole batch at once.
/// </summary>
internal sealed class InferenceLanes : IDisposable
{
    private readonly VisionTransformer _model;
    private readonly Device _device;
    private readonly VisionTransformer[] _lanes;
    private readonly Action<int, int> _work;
    private Tensor _images;
    private ModelPass _pass;
    private Tensor _logits;
    private int _parts;

    public InferenceLanes(VisionTransformer model, Device device)
    {
        (_model, _device) = (model, device);
        _lanes = [.. device.Lanes.Select(lane => new VisionTransformer(model, lane))];
        _work = Run;
    }

    /// <summary>
    /// Whether so many images are better divided among cores than every op of theirs: none of the cores may rest for longer
    /// than the barriers of ops would cost.
    /// </summary>
    public static bool Suit(Device device, int images, TokenMerging? merging)
    {
        int lanes = device.Lanes.Count;
        return lanes > 0 && (images >= 2 * lanes || (images > 0 && images % lanes == 0)) && merging?.IsStateless != false;
    }

    /// <summary>images [B, C, H, W] to logits [B, classes].</summary>
    public Tensor Forward(in Tensor images, in ModelPass pass, in Tensor logits)
    {
        int batch = images.Shape[0], atOnce = Math.Max(1, _device.Lanes[0].TokensAtOnce / _model.Shape.Tokens);
        int rounds = (batch + (atOnce * _lanes.Length) - 1) / (atOnce * _lanes.Length);
        (_images, _pass, _logits, _parts) = (images, pass, logits, Math.Min(batch, rounds * _lanes.Length));
        _device.OnLanes(_work, _parts);
        (_images, _logits) = (default, default);
        return logits;
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
    }

    private void Run(int part, int lane)
    {
        int batch = _images.Shape[0], first = (int)((long)batch * part / _parts);
        int end = (int)((long)batch * (part + 1) / _parts);
        _lanes[lane].ForwardPart(_images, _pass, first, end - first, _logits);
    }
}
