using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Stochastic depth (arXiv 1603.09382) as timm's <c>drop_path</c>: in training each residual branch of block l, counted from
/// 0, is left out for an image with probability p l / (L - 1), and is else multiplied by 1 / (1 - that). Attention and MLP
/// draw apart. A draw is a function of seed, step, block, branch and the image's place in the batch: parts of a batch and
/// ranks draw what the whole would, and a resumed run what it would have drawn.
/// </summary>
public sealed class DropPath : IDisposable
{
    /// <summary>The residual branches of a block.</summary>
    public const int Attention = 0, Mlp = 1;

    private readonly Device _device;
    private readonly double _rate;
    private readonly int _depth;
    private readonly int _images;
    private readonly ulong _seed;
    private readonly Tensor _scales;
    private readonly float[] _host;

    /// <param name="rate">Of the last block, in [0, 1).</param>
    /// <param name="depth">Blocks.</param>
    /// <param name="images">Images of a pass.</param>
    /// <exception cref="SettingException">There is one block, which is the first, and the first is never left out.</exception>
    public DropPath(Device device, double rate, int depth, int images, ulong seed)
    {
        if (depth == 1)
            throw new SettingException("train.drop_path", $"{rate}; a model of one block leaves out nothing, allowed: 0");
        (_device, _rate, _depth, _images, _seed) = (device, rate, depth, images, seed);
        _host = new float[2 * depth * images];
        _scales = device.AllocateTensor(new Shape(_host.Length), "scales of residual branches");
    }

    public double RateOf(int block) => _rate * block / (_depth - 1);

    /// <summary>Draws for the pass over the images from <paramref name="first"/> on of a step's batch.</summary>
    public void Draw(int step, int first)
    {
        for (int place = 0; place < 2 * _depth; place++)
        {
            double rate = RateOf(place / 2);
            for (int i = 0; i < _images; i++)
            {
                ulong index = ((ulong)(first + i) * (ulong)(2 * _depth)) + (ulong)place;
                bool stays = Philox.Uniform(_seed, RandomStream.DropPath, (uint)step, index) >= rate;
                _host[(place * _images) + i] = stays ? (float)(1 / (1 - rate)) : 0;
            }
        }

        _device.Upload(_host, _scales);
    }

    /// <summary>What a branch of each image is multiplied by [B]; none where it always stays.</summary>
    public Tensor Scales(int block, int branch) =>
        RateOf(block) == 0 ? default : _scales.Slice((long)((2 * block) + branch) * _images, new Shape(_images));

    public void Dispose() => _scales.Buffer.Dispose();
}
