using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Products of tiles by Side x Side threads, through shared memory that the kernel provides.
/// </summary>
internal static class TileProducts<TTile>
    where TTile : struct, ITile
{
    private static int Tile => 4 * TTile.Side;

    private static int WidePitch => (8 * TTile.Side) + 1;

    private static int Threads => TTile.Side * TTile.Side;

    /// <summary>
    /// result += x[rowX ..] y[rowY ..]^T over all columns; both are 4 Side rows. All threads have passed a
    /// barrier after their last read of the shared memory when this returns.
    /// </summary>
    public static void Multiply(
        ArrayView<float> left,
        ArrayView<float> right,
        in Panel x,
        int rowX,
        in Panel y,
        int rowY,
        ref Block4x4 result)
    {
        const int depth = TilePitch.Depth, pitch = depth + 1;
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        for (int from = 0; from < x.Columns; from += depth)
        {
            for (int i = Group.IdxX; i < Tile * depth; i += Threads)
            {
                int row = i / depth, column = i % depth;
                left[(row * pitch) + column] = x.At(rowX + row, from + column);
                right[(row * pitch) + column] = y.At(rowY + row, from + column);
            }

            Group.Barrier();
            for (int c = 0; c < depth; c++)
            {
                var values = Float4.Load(right, (tx * pitch) + c, TTile.Side * pitch);
                result.R0.AddScaled(left[(ty * pitch) + c], values);
                result.R1.AddScaled(left[((ty + TTile.Side) * pitch) + c], values);
                result.R2.AddScaled(left[((ty + (2 * TTile.Side)) * pitch) + c], values);
                result.R3.AddScaled(left[((ty + (3 * TTile.Side)) * pitch) + c], values);
            }

            Group.Barrier();
        }
    }

    /// <summary>weights[i, j] = source[row + i, column + j], or [row + j, column + i] transposed.</summary>
    public static void LoadSquare(
        ArrayView<float> weights, in Panel source, int row, int column, bool transpose)
    {
        for (int i = Group.IdxX; i < Tile * Tile; i += Threads)
        {
            int r = i / Tile, c = i % Tile;
            int at = transpose ? TilePitch.At<TTile>(c, r) : TilePitch.At<TTile>(r, c);
            weights[at] = source.At(row + r, column + c);
        }
    }

    /// <summary>values[i, j] = source[row + i, column + j], for 8 Side columns.</summary>
    public static void LoadWide(ArrayView<float> values, in Panel source, int row, int column)
    {
        int columns = 8 * TTile.Side;
        for (int i = Group.IdxX; i < Tile * columns; i += Threads)
        {
            int r = i / columns, c = i % columns;
            values[(r * WidePitch) + c] = source.At(row + r, column + c);
        }
    }

    /// <summary>result += weights values.</summary>
    public static void Accumulate(ArrayView<float> weights, ArrayView<float> values, ref Block4x8 result)
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        for (int k = 0; k < Tile; k++)
        {
            var row = Float8.Load(values, (k * WidePitch) + tx, TTile.Side);
            result.R0.AddScaled(weights[TilePitch.At<TTile>(ty, k)], row);
            result.R1.AddScaled(weights[TilePitch.At<TTile>(ty + TTile.Side, k)], row);
            result.R2.AddScaled(weights[TilePitch.At<TTile>(ty + (2 * TTile.Side), k)], row);
            result.R3.AddScaled(weights[TilePitch.At<TTile>(ty + (3 * TTile.Side), k)], row);
        }
    }

    /// <summary>target[row ..., column ...] = result.</summary>
    public static void Store(ArrayView<float> stage, in Block4x8 result, in Panel target, int row, int column)
    {
        int ty = Group.IdxX / TTile.Side;
        StoreRow(stage, result.R0, target, row + ty, column);
        StoreRow(stage, result.R1, target, row + ty + TTile.Side, column);
        StoreRow(stage, result.R2, target, row + ty + (2 * TTile.Side), column);
        StoreRow(stage, result.R3, target, row + ty + (3 * TTile.Side), column);
    }

    // Through the thread's own 8 words of shared memory, so that the edges are checked in a loop.
    private static void StoreRow(
        ArrayView<float> stage, in Float8 values, in Panel target, int row, int column)
    {
        int t = Group.IdxX, tx = t % TTile.Side;
        values.Store(stage, t, Threads);
        for (int j = 0; j < 8; j++) target.Put(row, column + tx + (j * TTile.Side), stage[t + (j * Threads)]);
    }
}
