using NeuralBurden.Pruning.Counting;

namespace NeuralBurden.Pruning.Distributions;

/// <summary>
/// Erdos-Renyi: density_l = eps (rows + columns) / (rows columns), eps solved so that the total matches;
/// segments whose density would exceed 1 are made dense and eps is solved again for the rest (arXiv
/// 1707.04780, 1911.11134).
/// </summary>
public sealed class ErkDistribution : Distribution
{
    public override string Name => "erk";

    public override void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep)
    {
        long total = 0;
        foreach (var segment in segments) total += segment.Units;
        double budget = (1 - sparsity) * total;

        // keep < 0 marks a segment still under the law; each round makes at least one dense or ends.
        keep.Fill(-1);
        while (true)
        {
            double free = budget, weight = 0;
            for (int i = 0; i < segments.Length; i++)
            {
                if (keep[i] >= 0) free -= segments[i].Units;
                else weight += Raw(segments[i]) * segments[i].Units;
            }

            double eps = weight > 0 ? Math.Max(0, free / weight) : 0;
            bool madeDense = false;
            for (int i = 0; i < segments.Length; i++)
            {
                if (keep[i] >= 0 || eps * Raw(segments[i]) <= 1) continue;
                keep[i] = segments[i].Units;
                madeDense = true;
            }

            if (madeDense) continue;
            for (int i = 0; i < segments.Length; i++)
            {
                // Rounded one by one, like KeepCount (the tolerance lets exact halves be halves): a share
                // then never grows with sparsity, which gradual pruning needs.
                if (keep[i] >= 0) continue;
                double pruned = segments[i].Units * (1 - eps * Raw(segments[i]));
                double share = segments[i].Units - Math.Round(pruned + 1e-9, MidpointRounding.AwayFromZero);
                keep[i] = (int)Math.Clamp(share, 1, segments[i].Units);
            }

            return;
        }
    }

    private static double Raw(Segment segment) =>
        ((double)segment.Rows + segment.Columns) / ((double)segment.Rows * segment.Columns);
}
