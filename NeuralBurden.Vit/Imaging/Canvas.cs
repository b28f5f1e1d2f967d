namespace NeuralBurden.Vit.Imaging;

/// <summary>An RGB picture under the brush.</summary>
internal sealed class Canvas
{
    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _pixels;

    public Canvas(int width, int height, (byte R, byte G, byte B) background)
    {
        (_width, _height, _pixels) = (width, height, new byte[(long)width * height * 3]);
        Rectangle(0, 0, width, height, background);
    }

    /// <summary>A filled rectangle that lies on the canvas.</summary>
    public void Rectangle(int left, int top, int width, int height, (byte R, byte G, byte B) colour)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                int at = ((y * _width) + x) * 3;
                (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = colour;
            }
        }
    }

    /// <summary>A straight line between two points, of a square brush.</summary>
    public void Line(int x0, int y0, int x1, int y1, int thick, (byte R, byte G, byte B) colour)
    {
        int steps = Math.Max(1, Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0)));
        for (int i = 0; i <= steps; i++)
        {
            int x = x0 + ((x1 - x0) * i / steps), y = y0 + ((y1 - y0) * i / steps);
            Rectangle(x - (thick / 2), y - (thick / 2), thick, thick, colour);
        }
    }

    public RasterImage ToImage() => new(_width, _height, 3, _pixels);

    /// <summary>share of b, the rest of a.</summary>
    public static (byte R, byte G, byte B) Mix((byte R, byte G, byte B) a, (byte R, byte G, byte B) b, double share) =>
        (Mix(a.R, b.R, share), Mix(a.G, b.G, share), Mix(a.B, b.B, share));

    /// <summary>
    /// A colour of its own for each number: hues a golden angle apart, so that any few first ones differ, in three depths.
    /// </summary>
    public static (byte R, byte G, byte B) Hue(int number)
    {
        double hue = number * 0.61803398875 % 1 * 6, value = number % 3 == 0 ? 0.95 : number % 3 == 1 ? 0.75 : 0.85;
        double saturation = number % 2 == 0 ? 0.85 : 0.6;
        return (Channel(5), Channel(3), Channel(1));

        byte Channel(double shift)
        {
            double k = (shift + hue) % 6, part = Math.Clamp(Math.Min(k, 4 - k), 0, 1);
            return (byte)Math.Round(255 * value * (1 - (saturation * part)));
        }
    }

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}
