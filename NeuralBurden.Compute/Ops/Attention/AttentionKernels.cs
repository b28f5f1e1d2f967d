using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>What the attention kernels share. B images, T tokens, H heads, D channels of a head.</summary>
internal struct AttentionShape
{
    public int T, H, D;

    public readonly int Tiles(int tile) => (T + tile - 1) / tile;

    /// <summary>Part 0, 1, 2 = q, k, v of head h of image b in [B, T, 3, H, D]: a matrix [T, D].</summary>
    public readonly Panel Projection(ArrayView<float> qkv, int part, int image, int head) =>
        Matrix(qkv, (((image * T * 3) + part) * H * D) + (head * D), 3 * H * D, D);

    /// <summary>Head h of image b in [B, T, H * D]: a matrix [T, D].</summary>
    public readonly Panel Output(ArrayView<float> output, int image, int head) =>
        Matrix(output, (image * T * H * D) + (head * D), H * D, D);

    /// <summary>A square [T, T] of [B, H, T, T].</summary>
    public readonly Panel Square(ArrayView<float> squares, int pair) => Matrix(squares, pair * T * T, T, T);

    private readonly Panel Matrix(ArrayView<float> data, int start, int stride, int columns) =>
        new() { Data = data, Start = start, Stride = stride, Rows = T, Columns = columns };
}

/// <summary>
/// softmax(q k^T / sqrt(D) + log size) v for one tile of queries of one head, in one pass over the keys (the
/// online softmax of arXiv 1805.02867): a larger maximum rescales what has been summed so far. Scores live in
/// shared memory and, where they are asked for, in the probabilities, which are normalised at the end. A head
/// wider than the tile's 8 Side channels takes several groups.
/// </summary>
internal readonly struct AttentionTile<TTile>(
    AttentionShape shape,
    ArrayView<float> qkv,
    ArrayView<float> logSizes,
    int sized,
    ArrayView<float> output,
    ArrayView<float> probabilities,
    int saved,
    float scale) : IKernel
    where TTile : struct, ISmallTile
{
    public void Execute()
    {
        int tile = 4 * TTile.Side, columns = 8 * TTile.Side, t = Group.IdxX;
        int tx = t % TTile.Side, ty = t / TTile.Side;
        var left = GroupMemory.Allocate<float>(TilePitch.Factor<TTile>());
        var right = GroupMemory.Allocate<float>(TilePitch.Factor<TTile>());
        var weights = GroupMemory.Allocate<float>(TilePitch.Square<TTile>());
        var values = GroupMemory.Allocate<float>(TilePitch.Wide<TTile>());
        var maxima = GroupMemory.Allocate<float>(4 * TTile.Side);
        var sums = GroupMemory.Allocate<float>(4 * TTile.Side);
        var rescale = GroupMemory.Allocate<float>(4 * TTile.Side);
        int chunks = (shape.D + columns - 1) / columns, tiles = shape.Tiles(tile);
        int chunk = Grid.IdxX % chunks, query = Grid.IdxX / chunks % tiles * tile;
        int pair = Grid.IdxX / (chunks * tiles);
        int head = pair % shape.H, image = pair / shape.H;
        Panel q = shape.Projection(qkv, 0, image, head), k = shape.Projection(qkv, 1, image, head);
        var v = shape.Projection(qkv, 2, image, head);
        bool saving = saved != 0 && chunk == 0;
        int savedRows = ((pair * shape.T) + query + ty) * shape.T;
        for (int i = t; i < tile; i += TTile.Side * TTile.Side)
            (maxima[i], sums[i]) = (float.NegativeInfinity, 0);
        Block4x8 result = default;
        for (int key = 0; key < shape.T; key += tile)
        {
            Block4x4 scores = default;
            TileProducts<TTile>.Multiply(left, right, q, query, k, key, ref scores);
            for (int j = 0; j < 4; j++)
            {
                int column = key + tx + (j * TTile.Side);
                bool inside = column < shape.T;
                float bias = inside && sized != 0 ? logSizes[(image * shape.T) + column] : 0;
                for (int i = 0; i < 4; i++)
                {
                    int at = TilePitch.At<TTile>(ty + (i * TTile.Side), tx + (j * TTile.Side));
                    float score = inside ? (scores.Get(i, j) * scale) + bias : float.NegativeInfinity;
                    weights[at] = score;
                    if (saving && inside && query + ty + (i * TTile.Side) < shape.T)
                        probabilities[savedRows + (i * TTile.Side * shape.T) + column] = score;
                }
            }

            TileProducts<TTile>.LoadWide(values, v, key, chunk * columns);
            Group.Barrier();
            for (int i = t; i < tile; i += TTile.Side * TTile.Side)
                UpdateRow(i, weights, maxima, sums, rescale);
            Group.Barrier();
            result.ScaleRows(rescale, ty, TTile.Side);
            TileProducts<TTile>.Accumulate(weights, values, ref result);
        }

        result.DivideRows(sums, ty, TTile.Side);
        TileProducts<TTile>.Store(left, result, shape.Output(output, image, head), query, chunk * columns);
        if (!saving) return;

        // Each thread turns the very scores that it wrote into probabilities.
        for (int i = 0; i < 4; i++)
        {
            int row = ty + (i * TTile.Side);
            if (query + row >= shape.T) continue;
            float max = Shift(maxima[row]), factor = 1 / sums[row];
            for (int key = tx; key < shape.T; key += TTile.Side)
            {
                int at = savedRows + (i * TTile.Side * shape.T) + key;
                probabilities[at] = MathF.Exp(probabilities[at] - max) * factor;
            }
        }
    }

    // Keys beyond the last have score -infinity and so weight 0; a row of nothing else keeps sum 0 and ends
    // as NaN.
    private static void UpdateRow(
        int row,
        ArrayView<float> weights,
        ArrayView<float> maxima,
        ArrayView<float> sums,
        ArrayView<float> rescale)
    {
        int tile = 4 * TTile.Side;
        float old = maxima[row], max = old;
        for (int j = 0; j < tile; j++)
        {
            float score = weights[TilePitch.At<TTile>(row, j)];
            if (score > max) max = score;
        }

        float shift = Shift(max), factor = MathF.Exp(old - shift), sum = sums[row] * factor;
        for (int j = 0; j < tile; j++)
        {
            int at = TilePitch.At<TTile>(row, j);
            float weight = MathF.Exp(weights[at] - shift);
            weights[at] = weight;
            sum += weight;
        }

        maxima[row] = max;
        sums[row] = sum;
        rescale[row] = factor;
    }

    // exp(-infinity - -infinity) would be NaN.
    private static float Shift(float max) => max == float.NegativeInfinity ? 0 : max;
}

/// <summary>
/// dS = P (dP - rowsum(dP P)) / sqrt(D) with dP = dO v^T, into gradients [B, H, T, T], and dq = dS k, for one
/// tile of queries of one head. The row sums need all of dP, so that it is stored first and transformed in a
/// second pass.
/// </summary>
internal readonly struct QueryGradientTile<TTile>(
    AttentionShape shape,
    ArrayView<float> dOutput,
    ArrayView<float> qkv,
    ArrayView<float> probabilities,
    ArrayView<float> gradients,
    ArrayView<float> dqkv,
    float scale) : IKernel
    where TTile : struct, ISmallTile
{
    public void Execute()
    {
        int tile = 4 * TTile.Side, columns = 8 * TTile.Side, t = Group.IdxX;
        int tx = t % TTile.Side, ty = t / TTile.Side;
        var left = GroupMemory.Allocate<float>(TilePitch.Factor<TTile>());
        var right = GroupMemory.Allocate<float>(TilePitch.Factor<TTile>());
        var weights = GroupMemory.Allocate<float>(TilePitch.Square<TTile>());
        var values = GroupMemory.Allocate<float>(TilePitch.Wide<TTile>());
        var parts = GroupMemory.Allocate<float>(4 * TTile.Side * TTile.Side);
        int tiles = shape.Tiles(tile), query = Grid.IdxX % tiles * tile, pair = Grid.IdxX / tiles;
        int head = pair % shape.H, image = pair / shape.H;
        Panel dy = shape.Output(dOutput, image, head), v = shape.Projection(qkv, 2, image, head);
        Panel k = shape.Projection(qkv, 1, image, head), dq = shape.Projection(dqkv, 0, image, head);
        int rows = ((pair * shape.T) + query + ty) * shape.T;
        float d0 = 0, d1 = 0, d2 = 0, d3 = 0;
        for (int key = 0; key < shape.T; key += tile)
        {
            Block4x4 dp = default;
            TileProducts<TTile>.Multiply(left, right, dy, query, v, key, ref dp);
            for (int j = 0; j < 4; j++)
            {
                int column = key + tx + (j * TTile.Side);
                if (column >= shape.T) continue;
                d0 += Keep(0, column, dp.Get(0, j), query + ty, rows);
                d1 += Keep(1, column, dp.Get(1, j), query + ty, rows);
                d2 += Keep(2, column, dp.Get(2, j), query + ty, rows);
                d3 += Keep(3, column, dp.Get(3, j), query + ty, rows);
            }
        }

        parts[(ty * TTile.Side) + tx] = d0;
        parts[((ty + TTile.Side) * TTile.Side) + tx] = d1;
        parts[((ty + (2 * TTile.Side)) * TTile.Side) + tx] = d2;
        parts[((ty + (3 * TTile.Side)) * TTile.Side) + tx] = d3;
        Group.Barrier();
        for (int i = 0; i < 4; i++)
        {
            int row = ty + (i * TTile.Side);
            if (query + row >= shape.T) continue;
            float dot = 0;
            for (int p = 0; p < TTile.Side; p++) dot += parts[(row * TTile.Side) + p];
            for (int key = tx; key < shape.T; key += TTile.Side)
            {
                int at = rows + (i * TTile.Side * shape.T) + key;
                gradients[at] = probabilities[at] * (gradients[at] - dot) * scale;
            }
        }

        // Rows of dS that other threads of the group have just written.
        Group.Barrier();
        var ds = shape.Square(gradients, pair);
        for (int chunk = 0; chunk < shape.D; chunk += columns)
        {
            Block4x8 result = default;
            for (int key = 0; key < shape.T; key += tile)
            {
                TileProducts<TTile>.LoadSquare(weights, ds, query, key, transpose: false);
                TileProducts<TTile>.LoadWide(values, k, key, chunk);
                Group.Barrier();
                TileProducts<TTile>.Accumulate(weights, values, ref result);
                Group.Barrier();
            }

            TileProducts<TTile>.Store(left, result, dq, query, chunk);
        }
    }

    private float Keep(int i, int column, float dp, int firstRow, int rows)
    {
        if (firstRow + (i * TTile.Side) >= shape.T) return 0;
        int at = rows + (i * TTile.Side * shape.T) + column;
        gradients[at] = dp;
        return dp * probabilities[at];
    }
}

/// <summary>dk = dS^T q and dv = P^T dO for one tile of keys of one head, by two groups.</summary>
internal readonly struct KeyValueGradientTile<TTile>(
    AttentionShape shape,
    ArrayView<float> dOutput,
    ArrayView<float> qkv,
    ArrayView<float> probabilities,
    ArrayView<float> gradients,
    ArrayView<float> dqkv) : IKernel
    where TTile : struct, ISmallTile
{
    public void Execute()
    {
        int tile = 4 * TTile.Side, columns = 8 * TTile.Side;
        var stage = GroupMemory.Allocate<float>(TilePitch.Factor<TTile>());
        var weights = GroupMemory.Allocate<float>(TilePitch.Square<TTile>());
        var values = GroupMemory.Allocate<float>(TilePitch.Wide<TTile>());
        int part = 1 + (Grid.IdxX % 2), tiles = shape.Tiles(tile), key = Grid.IdxX / 2 % tiles * tile;
        int pair = Grid.IdxX / (2 * tiles), head = pair % shape.H, image = pair / shape.H;
        var dy = shape.Output(dOutput, image, head);
        var source = part == 1 ? shape.Projection(qkv, 0, image, head) : dy;
        var square = shape.Square(part == 1 ? gradients : probabilities, pair);
        for (int chunk = 0; chunk < shape.D; chunk += columns)
        {
            Block4x8 result = default;
            for (int query = 0; query < shape.T; query += tile)
            {
                TileProducts<TTile>.LoadSquare(weights, square, query, key, transpose: true);
                TileProducts<TTile>.LoadWide(values, source, query, chunk);
                Group.Barrier();
                TileProducts<TTile>.Accumulate(weights, values, ref result);
                Group.Barrier();
            }

            TileProducts<TTile>.Store(stage, result, shape.Projection(dqkv, part, image, head), key, chunk);
        }
    }
}
