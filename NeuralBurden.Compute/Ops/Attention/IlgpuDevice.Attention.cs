using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Attention;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AttentionCore(in AttentionArguments args)
    {
        var (_, t, _, d) = args.Extents;
        bool quads = d % 4 == 0 && InQuads(args.Qkv) && InQuads(args.Output);
        switch (HeadTileOf(t, d))
        {
            case (32, 64): LaunchAttention<HeadTile32x64>(args, quads); break;
            case (32, 32): LaunchAttention<HeadTile32x32>(args, quads); break;
            case (24, 64): LaunchAttention<HeadTile24x64>(args, quads); break;
            case (24, 32): LaunchAttention<HeadTile24x32>(args, quads); break;
            default: LaunchAttention<HeadTile16x32>(args, quads); break;
        }
    }

    protected override void AttentionBackwardCore(in AttentionBackwardArguments args)
    {
        var (_, t, _, d) = args.Extents;
        bool quads = d % 4 == 0 && InQuads(args.DOutput) && InQuads(args.Qkv) && InQuads(args.Dqkv);
        switch (HeadTileOf(t, d))
        {
            case (32, 64): LaunchBackward<HeadTile32x64>(args, quads); break;
            case (32, 32): LaunchBackward<HeadTile32x32>(args, quads); break;
            case (24, 64): LaunchBackward<HeadTile24x64>(args, quads); break;
            case (24, 32): LaunchBackward<HeadTile24x32>(args, quads); break;
            default: LaunchBackward<HeadTile16x32>(args, quads); break;
        }
    }

    // Queries and channels of a tile. Narrow heads need no wide tile; tiles of 24 where those of 32 would compute at
    // least a tenth more rows of nothing.
    private (int Rows, int Channels) HeadTileOf(int t, int d)
    {
        if (_sizes.TileSide < 8) return (16, 32);
        bool lean = CeilingOf(t, 24) * 24 * 10 <= CeilingOf(t, 32) * 32 * 9;
        return (lean ? 24 : 32, d <= 32 ? 32 : 64);
    }

    private static float ScaleOf(int d) => (float)(1 / Math.Sqrt(d));

    private void LaunchAttention<TTile>(in AttentionArguments args, bool quads)
        where TTile : struct, IHeadTile
    {
        if (quads) LaunchAttention<TTile, Quads>(args);
        else LaunchAttention<TTile, Words>(args);
    }

    private void LaunchAttention<TTile, TAccess>(in AttentionArguments args)
        where TTile : struct, IHeadTile
        where TAccess : struct, IAccess
    {
        var (b, t, h, d) = args.Extents;
        var x = F(args.Qkv);
        var kernel = new AttentionTile<TTile, TAccess>(
            new AttentionShape { T = t, H = h, D = d },
            x,
            args.LogSizes.IsNone ? x : F(args.LogSizes),
            Flag(!args.LogSizes.IsNone),
            F(args.Output),
            args.Probabilities.IsNone ? x : F(args.Probabilities),
            Flag(!args.Probabilities.IsNone),
            ScaleOf(d));
        int groups = b * h * CeilingOf(t, HeadProducts<TTile>.Tile) * CeilingOf(d, HeadProducts<TTile>.Channels);
        Launch(kernel, groups, TTile.Side * TTile.Side);
    }

    private void LaunchBackward<TTile>(in AttentionBackwardArguments args, bool quads)
        where TTile : struct, IHeadTile
    {
        if (quads) LaunchBackward<TTile, Quads>(args);
        else LaunchBackward<TTile, Words>(args);
    }

    private void LaunchBackward<TTile, TAccess>(in AttentionBackwardArguments args)
        where TTile : struct, IHeadTile
        where TAccess : struct, IAccess
    {
        var (b, t, h, d) = args.Extents;
        var shape = new AttentionShape { T = t, H = h, D = d };
        ArrayView<float> dy = F(args.DOutput), x = F(args.Qkv), p = F(args.Probabilities), dx = F(args.Dqkv);
        var gradients = Scratch(args.Probabilities.Count);
        int tiles = b * h * CeilingOf(t, HeadProducts<TTile>.Tile), threads = TTile.Side * TTile.Side;
        Launch(new QueryGradientTile<TTile, TAccess>(shape, dy, x, p, gradients, dx, ScaleOf(d)), tiles, threads);
        Launch(new KeyValueGradientTile<TTile, TAccess>(shape, dy, x, p, gradients, dx), 2 * tiles, threads);
    }
}
