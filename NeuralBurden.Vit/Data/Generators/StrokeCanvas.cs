namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// The squared distance of every pixel's centre to the nearest stroke. Additions, products, one square root:
/// the same bits on every machine.
/// </summary>
internal sealed class StrokeCanvas(int height, int width)
{
    private readonly double[] _squares = new double[height * width];

    public void Clear() => Array.Fill(_squares, double.MaxValue);

    /// <summary>A line from a to b, for strokes of at most the given width (pixels).</summary>
    public void Line((double X, double Y) a, (double X, double Y) b, double mostWidth)
    {
        double reach = mostWidth / 2 + 1, dx = b.X - a.X, dy = b.Y - a.Y, square = dx * dx + dy * dy;
        int left = Math.Max(0, (int)Math.Floor(Math.Min(a.X, b.X) - reach));
        int right = Math.Min(width - 1, (int)Math.Ceiling(Math.Max(a.X, b.X) + reach));
        int top = Math.Max(0, (int)Math.Floor(Math.Min(a.Y, b.Y) - reach));
        int bottom = Math.Min(height - 1, (int)Math.Ceiling(Math.Max(a.Y, b.Y) + reach));
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double px = x - a.X, py = y - a.Y;
                double t = square > 0 ? Math.Clamp((px * dx + py * dy) / square, 0, 1) : 0;
                double ex = px - t * dx, ey = py - t * dy, distance = ex * ex + ey * ey;
                ref double nearest = ref _squares[y * width + x];
                nearest = distance < nearest ? distance : nearest;
            }
        }
    }

    /// <summary>
    /// Share of the pixel that a stroke of this width covers: 1 inside, falling to 0 over one pixel.
    /// </summary>
    public double Cover(int pixel, double strokeWidth)
    {
        double square = _squares[pixel], outer = strokeWidth / 2 + 0.5;
        return square >= outer * outer ? 0 : Math.Min(1, outer - Math.Sqrt(square));
    }
}
