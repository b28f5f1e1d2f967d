using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// The panels that a tile of 8 Side x 8 Side elements of C goes through: Side steps of k by 8 Side rows of op(A), or columns
/// of op(B), each step <see cref="Pitch"/> quads after the one before.
/// </summary>
internal static class GemmPanels<TTile, TPanels>
    where TTile : struct, ITile
    where TPanels : struct, IPanels
{
    public static int Tile => 8 * TTile.Side;

    /// <summary>In quads: a multiple of four words, and not of all banks.</summary>
    public static int Pitch => (2 * TTile.Side) + 1;

    /// <summary>In quads.</summary>
    public static int Panel => TTile.Side * Pitch;

    /// <summary>The first panel from step on that has a weight: the same for all threads of a group.</summary>
    public static int NextKept(in GemmInputs x, int step, int end, int column)
    {
        if (!TPanels.MaySkip) return step;
        int at = column / Tile * x.KeptPanels;
        while (step < end && x.Kept[at + (step / TTile.Side)] == 0) step += TTile.Side;
        return step;
    }

    /// <summary>The panel's steps of row t of A, and of row t + Side^2 where there are fewer threads than rows.</summary>
    /// <param name="panel">In quads.</param>
    public static void AddRow(ArrayView<Float4> shared, int panel, int t, ref float sum, ref float second)
    {
        var words = shared.Cast<float>().SubView((4 * panel) + (t % Tile));
        for (int k = 0; k < Panel; k += Pitch)
        {
            sum += words[4 * k];
            if (TTile.Side == 4) second += words[(4 * k) + (TTile.Side * TTile.Side)];
        }
    }

    /// <summary>What <see cref="AddRow"/> has summed, for the tile from <paramref name="row"/> on.</summary>
    /// <param name="target">[slices, <paramref name="rows"/>].</param>
    public static void StoreSums(ArrayView<float> target, int slice, int row, int rows, int t, float sum, float second)
    {
        if (t < Tile && row + t < rows) target[(slice * rows) + row + t] = sum;
        int other = row + t + (TTile.Side * TTile.Side);
        if (TTile.Side == 4 && other < rows) target[(slice * rows) + other] = second;
    }
}
