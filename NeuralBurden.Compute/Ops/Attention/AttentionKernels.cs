using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>What the attention kernels share. B images, T tokens, H heads, D channels of a head.</summary>
internal struct AttentionShape
{
    public int T, H, D;

    public readonly int Tiles(int tile) => (T + tile - 1) / tile;

    /// <summary>Part 0, 1, 2 = q, k, v of head h of image b in [B, T, 3, H, D]: a matrix [T, D].</summary>
    public readonly HeadRows Projection(ArrayView<float> qkv, int part, int image, int head) =>
        Matrix(qkv, (((image * T * 3) + part) * H * D) + (head * D), 3 * H * D);

    /// <summary>Head h of image b in [B, T, H * D]: a matrix [T, D].</summary>
    public readonly HeadRows Output(ArrayView<float> output, int image, int head) =>
        Matrix(output, (image * T * H * D) + (head * D), H * D);

    private readonly HeadRows Matrix(ArrayView<float> data, int start, int stride) =>
        new() { Data = data, Start = start, Stride = stride, Rows = T, Columns = D };
}

/// <summary>
/// softmax(q k^T / sqrt(D) + log size) v for one tile of queries of one head, in one pass over the keys (the online
/// softmax of arXiv 1805.02867): a larger maximum rescales what has been summed so far. Scores stay in registers, their
/// exponentials go through shared memory and, where they are asked for, into the probabilities, which are normalised at
/// the end. A head wider than the tile's channels takes several groups.
/// </summary>
internal readonly struct AttentionTile<TTile, TAccess>(
    AttentionShape shape,
    ArrayView<float> qkv,
    ArrayView<float> logSizes,
    int sized,
    ArrayView<float> output,
    ArrayView<float> probabilities,
    int saved,
    float scale) : IKernel
    where TTile : struct, IHeadTile
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        int tile = HeadProducts<TTile>.Tile, width = HeadProducts<TTile>.Channels;
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        var left = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.PanelQuads);
        var right = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.PanelQuads);
        var weights = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.SquareQuads);
        var parts = GroupMemory.Allocate<Float4>(RowSums<TTile>.Parts);
        int chunks = (shape.D + width - 1) / width, tiles = shape.Tiles(tile);
        int block = Grid.IdxX / chunks, chunk = Grid.IdxX - (block * chunks);
        int pair = block / tiles, query = (block - (pair * tiles)) * tile;
        int image = pair / shape.H, head = pair - (image * shape.H);
        HeadRows q = shape.Projection(qkv, 0, image, head), k = shape.Projection(qkv, 1, image, head);
        var v = shape.Projection(qkv, 2, image, head);
        var rows = new SquareRows<TTile>(query + ty, shape.T, pair);
        bool saving = saved != 0 && chunk == 0;
        Float4 maxima = Float4.Of(float.NegativeInfinity), sums = default;
        Block4x8 result = default;
        for (int key = 0; key < shape.T; key += tile)
        {
            Block4x4 scores = default;
            for (int channel = 0; channel < shape.D; channel += width)
            {
                // What was read last of both panels.
                if (key + channel > 0) Group.Barrier();
                if (key == 0 || shape.D > width) HeadProducts<TTile>.Load<TAccess>(left, q, query, channel);
                HeadProducts<TTile>.Load<TAccess>(right, k, key, channel);
                Group.Barrier();
                HeadProducts<TTile>.Multiply(left, right, Math.Min(shape.D - channel, width), ref scores);
            }

            // Keys beyond the last have score -infinity and so weight 0; a row of nothing else keeps sum 0 and ends
            // as NaN.
            var columns = new SquareColumns<TTile>(key + tx, shape.T);
            var sizes = sized != 0 ? columns.Load(logSizes.SubView(image * shape.T)) : default;
            Score(ref scores, columns.Keep(sizes, float.NegativeInfinity));
            if (saving) rows.Store(probabilities, columns, scores);
            RowSums<TTile>.Store(parts, RowSums<TTile>.Max(maxima, scores));
            Group.Barrier();
            var old = maxima;
            maxima = RowSums<TTile>.Max(parts);
            Float4 shift = Shift(maxima), factors = Exp(old, shift);
            Weigh(ref scores, shift);
            sums.Multiply(factors);
            sums.Add(RowSums<TTile>.Sum(scores));
            HeadProducts<TTile>.StoreSquare(weights, scores);

            // In the keys' place: all threads are past their products.
            HeadProducts<TTile>.Load<TAccess>(right, v, key, chunk * width);
            Group.Barrier();
            result.ScaleRows(factors);
            HeadProducts<TTile>.Accumulate(weights, right, Math.Min(shape.T - key, tile), ref result);
        }

        RowSums<TTile>.Store(parts, sums);
        Group.Barrier();
        sums = RowSums<TTile>.Sum(parts);
        var factor = new Float4 { A = 1 / sums.A, B = 1 / sums.B, C = 1 / sums.C, D = TTile.Rows > 3 ? 1 / sums.D : 0 };
        result.ScaleRows(factor);
        HeadProducts<TTile>.Store<TAccess>(result, shape.Output(output, image, head), query, chunk * width);

        // Each thread turns the very scores that it wrote into probabilities.
        if (saving) rows.Normalize(probabilities, tx, Shift(maxima), factor);
    }

    private void Score(ref Block4x4 products, in Float4 bias)
    {
        Score(ref products.R0, bias);
        Score(ref products.R1, bias);
        Score(ref products.R2, bias);
        if (TTile.Rows > 3) Score(ref products.R3, bias);
    }

    private void Score(ref Float4 products, in Float4 bias)
    {
        products.A = (products.A * scale) + bias.A;
        products.B = (products.B * scale) + bias.B;
        products.C = (products.C * scale) + bias.C;
        products.D = (products.D * scale) + bias.D;
    }

    private static void Weigh(ref Block4x4 scores, in Float4 shift)
    {
        scores.R0 = Exp(scores.R0, Float4.Of(shift.A));
        scores.R1 = Exp(scores.R1, Float4.Of(shift.B));
        scores.R2 = Exp(scores.R2, Float4.Of(shift.C));
        if (TTile.Rows > 3) scores.R3 = Exp(scores.R3, Float4.Of(shift.D));
    }

    // exp(-infinity - -infinity) would be NaN.
    private static Float4 Shift(in Float4 maxima) =>
        new() { A = Shift(maxima.A), B = Shift(maxima.B), C = Shift(maxima.C), D = Shift(maxima.D) };

    private static float Shift(float max) => max == float.NegativeInfinity ? 0 : max;

    private static Float4 Exp(in Float4 values, in Float4 shift) => new()
    {
        A = MathF.Exp(values.A - shift.A),
        B = MathF.Exp(values.B - shift.B),
        C = MathF.Exp(values.C - shift.C),
        D = MathF.Exp(values.D - shift.D),
    };
}

/// <summary>
/// dS = P (dP - rowsum(dP P)) / sqrt(D) with dP = dO v^T, into gradients [B, H, T, T], and dq = dS k, for one tile of
/// queries of one head. The row sums need all of dP, so that it is stored first and transformed in a second pass, each
/// element by the thread that wrote it.
/// </summary>
internal readonly struct QueryGradientTile<TTile, TAccess>(
    AttentionShape shape,
    ArrayView<float> dOutput,
    ArrayView<float> qkv,
    ArrayView<float> probabilities,
    ArrayView<float> gradients,
    ArrayView<float> dqkv,
    float scale) : IKernel
    where TTile : struct, IHeadTile
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        int tile = HeadProducts<TTile>.Tile, width = HeadProducts<TTile>.Channels;
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        var left = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.PanelQuads);
        var right = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.PanelQuads);
        var square = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.SquareQuads);
        var parts = GroupMemory.Allocate<Float4>(RowSums<TTile>.Parts);
        int tiles = shape.Tiles(tile), pair = Grid.IdxX / tiles, query = (Grid.IdxX - (pair * tiles)) * tile;
        int image = pair / shape.H, head = pair - (image * shape.H);
        HeadRows dy = shape.Output(dOutput, image, head), v = shape.Projection(qkv, 2, image, head);
        HeadRows k = shape.Projection(qkv, 1, image, head), dq = shape.Projection(dqkv, 0, image, head);
        var rows = new SquareRows<TTile>(query + ty, shape.T, pair);
        Float4 dots = default;
        for (int key = 0; key < shape.T; key += tile)
        {
            Block4x4 dp = default;
            for (int channel = 0; channel < shape.D; channel += width)
            {
                if (key + channel > 0) Group.Barrier();
                if (key == 0 || shape.D > width) HeadProducts<TTile>.Load<TAccess>(left, dy, query, channel);
                HeadProducts<TTile>.Load<TAccess>(right, v, key, channel);
                Group.Barrier();
                HeadProducts<TTile>.Multiply(left, right, Math.Min(shape.D - channel, width), ref dp);
            }

            var columns = new SquareColumns<TTile>(key + tx, shape.T);
            dots.A += Keep(0, rows, columns, dp.R0);
            dots.B += Keep(1, rows, columns, dp.R1);
            dots.C += Keep(2, rows, columns, dp.R2);
            if (TTile.Rows > 3) dots.D += Keep(3, rows, columns, dp.R3);
        }

        RowSums<TTile>.Store(parts, dots);
        Group.Barrier();
        dots = RowSums<TTile>.Sum(parts);
        for (int channel = 0; channel < shape.D; channel += width)
        {
            Block4x8 result = default;
            for (int key = 0; key < shape.T; key += tile)
            {
                var columns = new SquareColumns<TTile>(key + tx, shape.T);
                HeadProducts<TTile>.StoreSquareRow(square, 0, Gradient(0, rows, columns, dots.A, channel));
                HeadProducts<TTile>.StoreSquareRow(square, 1, Gradient(1, rows, columns, dots.B, channel));
                HeadProducts<TTile>.StoreSquareRow(square, 2, Gradient(2, rows, columns, dots.C, channel));
                if (TTile.Rows > 3)
                    HeadProducts<TTile>.StoreSquareRow(square, 3, Gradient(3, rows, columns, dots.D, channel));
                HeadProducts<TTile>.Load<TAccess>(right, k, key, channel);
                Group.Barrier();
                HeadProducts<TTile>.Accumulate(square, right, Math.Min(shape.T - key, tile), ref result);
                Group.Barrier();
            }

            HeadProducts<TTile>.Store<TAccess>(result, dq, query, channel);
        }
    }

    private float Keep(
        int i, in SquareRows<TTile> rows, in SquareColumns<TTile> columns, in Float4 dp)
    {
        rows.Store(gradients, i, columns, dp);
        var p = rows.Load(probabilities, i, columns);
        return (dp.A * p.A) + (dp.B * p.B) + (dp.C * p.C) + (dp.D * p.D);
    }

    // The first channels find dP, and leave dS to the others and to the keys' gradient.
    private Float4 Gradient(
        int i, in SquareRows<TTile> rows, in SquareColumns<TTile> columns, float dot, int channel)
    {
        var ds = rows.Load(gradients, i, columns);
        if (channel > 0) return ds;
        var p = rows.Load(probabilities, i, columns);
        ds.A = p.A * (ds.A - dot) * scale;
        ds.B = p.B * (ds.B - dot) * scale;
        ds.C = p.C * (ds.C - dot) * scale;
        ds.D = p.D * (ds.D - dot) * scale;
        rows.Store(gradients, i, columns, ds);
        return ds;
    }
}

/// <summary>dk = dS^T q and dv = P^T dO for one tile of keys of one head, by two groups.</summary>
internal readonly struct KeyValueGradientTile<TTile, TAccess>(
    AttentionShape shape,
    ArrayView<float> dOutput,
    ArrayView<float> qkv,
    ArrayView<float> probabilities,
    ArrayView<float> gradients,
    ArrayView<float> dqkv) : IKernel
    where TTile : struct, IHeadTile
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        int tile = HeadProducts<TTile>.Tile, width = HeadProducts<TTile>.Channels;
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        var square = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.SquareQuads);
        var panel = GroupMemory.Allocate<Float4>(HeadProducts<TTile>.PanelQuads);
        int part = 1 + (Grid.IdxX % 2), block = Grid.IdxX / 2, tiles = shape.Tiles(tile);
        int pair = block / tiles, key = (block - (pair * tiles)) * tile;
        int image = pair / shape.H, head = pair - (image * shape.H);
        var dy = shape.Output(dOutput, image, head);
        var source = part == 1 ? shape.Projection(qkv, 0, image, head) : dy;
        var squares = part == 1 ? gradients : probabilities;
        var columns = new SquareColumns<TTile>(key + tx, shape.T);
        for (int channel = 0; channel < shape.D; channel += width)
        {
            Block4x8 result = default;
            for (int query = 0; query < shape.T; query += tile)
            {
                var rows = new SquareRows<TTile>(query + ty, shape.T, pair);
                HeadProducts<TTile>.StoreSquareRow(square, 0, rows.Load(squares, 0, columns));
                HeadProducts<TTile>.StoreSquareRow(square, 1, rows.Load(squares, 1, columns));
                HeadProducts<TTile>.StoreSquareRow(square, 2, rows.Load(squares, 2, columns));
                if (TTile.Rows > 3)
                    HeadProducts<TTile>.StoreSquareRow(square, 3, rows.Load(squares, 3, columns));
                HeadProducts<TTile>.Load<TAccess>(panel, source, query, channel);
                Group.Barrier();
                int queries = Math.Min(shape.T - query, tile);
                HeadProducts<TTile>.AccumulateTransposed(square, panel, queries, ref result);
                Group.Barrier();
            }

            HeadProducts<TTile>.Store<TAccess>(
                result, shape.Projection(dqkv, part, image, head), key, channel);
        }
    }
}
