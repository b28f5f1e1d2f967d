using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning;

/// <summary>Builds the statistics of one tensor, and of all.</summary>
internal static class PrunerReport
{
    public static TensorStatistics Of(PrunableTensor tensor, MaskHistory history)
    {
        var (active, pruned) = SecondMoments(tensor);
        double count = tensor.Count;
        return new TensorStatistics(
            tensor.Name, tensor.Count, tensor.Mask.Count, Rate(history.Flips, tensor.Mask.Count),
            history.Returned / count, history.EverKept / count, active, pruned);
    }

    public static TensorStatistics Sum(TensorStatistics[] rows)
    {
        long count = 0, kept = 0;
        double flips = 0, returned = 0, ever = 0, active = 0, pruned = 0;
        foreach (var row in rows)
        {
            count += row.Count;
            kept += row.Kept;
            flips += row.FlipRate * Math.Max(1, row.Kept);
            returned += row.ReturnRate * row.Count;
            ever += row.InTimeRate * row.Count;
            active += row.ActiveSecondMoment * row.Kept;
            if (row.Count > row.Kept) pruned += row.PrunedSecondMoment * (row.Count - row.Kept);
        }

        return new TensorStatistics(
            "all", count, kept, flips / Math.Max(1, kept), returned / count, ever / count,
            active / Math.Max(1, kept),
            count > kept ? pruned / (count - kept) : double.NaN);
    }

    private static double Mean(double sum, int count) => count > 0 ? sum / count : double.NaN;

    private static double Rate(long flips, long kept) => (double)flips / Math.Max(1, kept);

    private static (double Active, double Pruned) SecondMoments(PrunableTensor tensor)
    {
        if (!tensor.Has(TensorPart.SecondMoment)) return (double.NaN, double.NaN);
        double active = 0, pruned = 0;
        var moments = tensor.Read(TensorPart.SecondMoment);
        for (int i = 0; i < moments.Length; i++)
        {
            if (MaskWords.Get(tensor.Mask.Words, i)) active += moments[i];
            else pruned += moments[i];
        }

        int kept = tensor.Mask.Count;
        return (Mean(active, kept), Mean(pruned, tensor.Count - kept));
    }
}
