using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The share of the learning rate that each parameter of a fine-tuning gets: d^(L + 1 - l) with d = <c>optim.layer_decay</c>
/// and l = 0 for the embedding, 1 to L for the blocks, L + 1 for the final norm and the head (arXiv 2106.08254); 0 for what
/// <c>train.freeze</c> names.
/// </summary>
internal sealed class LayerRates
{
    /// <summary>Texts of <c>train.freeze</c> besides a number of blocks.</summary>
    public const string None = "none", Embedding = "embedding", AllButHead = "all-but-head";

    private readonly double _decay;
    private readonly int _depth;
    private readonly int _frozen;

    /// <exception cref="SettingException">More blocks are to be frozen than there are.</exception>
    public LayerRates(RunConfig config, int depth)
    {
        (_decay, _depth) = (config.Optim.LayerDecay, depth);
        // Layers below this one rest.
        _frozen = config.Train.Freeze switch
        {
            None => 0,
            Embedding => 1,
            AllButHead => depth + 1,
            string blocks => int.Parse(blocks) + 1,
        };
        if (_frozen > depth + 1)
            throw new SettingException("train.freeze", $"{config.Train.Freeze}; the model has {depth} blocks");
    }

    /// <summary>Whether all parameters get the whole rate.</summary>
    public bool IsUniform => _decay == 1 && _frozen == 0;

    /// <summary>0 for a frozen parameter.</summary>
    public double Of(string parameter)
    {
        bool head = parameter.StartsWith("head", StringComparison.Ordinal);
        int layer = LayerOf(parameter);
        bool rests = layer < _frozen || (_frozen > _depth && !head);
        return rests ? 0 : Math.Pow(_decay, _depth + 1 - layer);
    }

    private int LayerOf(string parameter)
    {
        if (parameter.StartsWith("blocks.", StringComparison.Ordinal)) return int.Parse(parameter.Split('.')[1]) + 1;
        bool last = parameter.StartsWith("head", StringComparison.Ordinal) || parameter is "norm.weight" or "norm.bias";
        return last ? _depth + 1 : 0;
    }
}
