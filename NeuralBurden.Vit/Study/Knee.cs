namespace NeuralBurden.Vit.Study;

/// <summary>
/// The knee of a curve over a grid: the point farthest from the chord between its ends, both axes scaled to 0..1 and
/// the grid's steps taken as equal (Kneedle, Satopaa et al., ICDCSW 2011, for few points).
/// </summary>
/// <param name="Step">Place on the grid, from 0.</param>
/// <param name="Strength">Distance from the chord along y, 0 for a straight line, near 1 for a right angle.</param>
public readonly record struct Knee(int Step, double Strength)
{
    /// <summary>
    /// The knee of a curve that bends away from its start late: one that first stays and then leaves. Null for fewer
    /// than 3 points, a flat curve, or one that bends the other way everywhere.
    /// </summary>
    public static Knee? Of(IReadOnlyList<double> y)
    {
        int last = y.Count - 1;
        if (last < 2) return null;
        double range = y[last] - y[0];
        if (Math.Abs(range) < 1e-12) return null;
        var best = new Knee(0, 0);
        for (int i = 1; i < last; i++)
        {
            double below = ((double)i / last) - ((y[i] - y[0]) / range);
            if (below > best.Strength) best = new Knee(i, below);
        }

        return best.Strength > 0 ? best : null;
    }
}
