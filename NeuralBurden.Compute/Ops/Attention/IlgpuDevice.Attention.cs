using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Attention;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AttentionCore(in AttentionArguments args)
    {
        var (b, t, h, d) = args.Extents;
        if (_sizes.TileSide == 8) LaunchAttention<Tile8>(b, t, h, d, args.Qkv, args.LogSizes, args.Output, args.Probabilities);
        else LaunchAttention<Tile4>(b, t, h, d, args.Qkv, args.LogSizes, args.Output, args.Probabilities);
    }

    protected override void AttentionBackwardCore(in AttentionBackwardArguments args)
    {
        var (b, t, h, d) = args.Extents;
        if (_sizes.TileSide == 8)
            LaunchAttentionBackward<Tile8>(b, t, h, d, args.DOutput, args.Qkv, args.Probabilities, args.Dqkv);
        else
            LaunchAttentionBackward<Tile4>(b, t, h, d, args.DOutput, args.Qkv, args.Probabilities, args.Dqkv);
    }

    private static float ScaleOf(int d) => (float)(1 / Math.Sqrt(d));

    private void LaunchAttention<TTile>(
        int b,
        int t,
        int h,
        int d,
        in Tensor qkv,
        in Tensor logSizes,
        in Tensor output,
        in Tensor probabilities)
        where TTile : struct, ISmallTile
    {
        var x = F(qkv);
        var kernel = new AttentionTile<TTile>(
            new AttentionShape { T = t, H = h, D = d },
            x,
            logSizes.IsNone ? x : F(logSizes),
            Flag(!logSizes.IsNone),
            F(output),
            probabilities.IsNone ? x : F(probabilities),
            Flag(!probabilities.IsNone),
            ScaleOf(d));
        int groups = b * h * CeilingOf(t, 4 * TTile.Side) * CeilingOf(d, 8 * TTile.Side);
        Launch(kernel, groups, TTile.Side * TTile.Side);
    }

    private void LaunchAttentionBackward<TTile>(
        int b, int t, int h, int d, in Tensor dOutput, in Tensor qkv, in Tensor probabilities, in Tensor dqkv)
        where TTile : struct, ISmallTile
    {
        var shape = new AttentionShape { T = t, H = h, D = d };
        ArrayView<float> dy = F(dOutput), x = F(qkv), p = F(probabilities), dx = F(dqkv);
        var gradients = Scratch(probabilities.Count);
        int tiles = b * h * CeilingOf(t, 4 * TTile.Side), threads = TTile.Side * TTile.Side;
        Launch(new QueryGradientTile<TTile>(shape, dy, x, p, gradients, dx, ScaleOf(d)), tiles, threads);
        Launch(new KeyValueGradientTile<TTile>(shape, dy, x, p, gradients, dx), 2 * tiles, threads);
    }
}
