namespace NeuralBurden.Vit.Data.Generators;

/// <summary>The five outlines and two textures of `shapes`; class = 2 * outline + texture.</summary>
internal static class ShapeFigures
{
    /// <summary>Whether (x, y) is in the outline that fits the circle of radius 1 about the origin.</summary>
    public static bool Inside(int outline, double x, double y)
    {
        double square = x * x + y * y, ax = Math.Abs(x), ay = Math.Abs(y);
        const double halfSide = 0.75, halfBar = 0.28, hole = 0.5;

        // The equilateral triangle has its sides at distance 1/2 from the centre; 0.866 is half the root of
        // 3.
        const double sideX = 0.8660254037844386;
        return outline switch
        {
            0 => square <= 0.81,
            1 => ax <= halfSide && ay <= halfSide,
            2 => y <= 0.5 && ax * sideX - y * 0.5 <= 0.5,
            3 => (ax <= halfBar && ay <= 0.95) || (ay <= halfBar && ax <= 0.95),
            _ => square is <= 1 and >= hole * hole,
        };
    }

    /// <summary>Which of the texture's two colours (x, y) has; a period is one unit.</summary>
    public static bool Second(int texture, double x, double y)
    {
        bool column = x - Math.Floor(x) < 0.5;
        return texture == 0 ? column : column ^ (y - Math.Floor(y) < 0.5);
    }
}
