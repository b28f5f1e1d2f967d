namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// `shapes`: 32x32 RGB images of one textured figure each. Colours, place, size, rotation, texture period and
/// orientation, brightness slope, blots and noise are random, so no pixel by itself says anything about the
/// class.
/// </summary>
internal sealed class ShapeGenerator(ShapeParameters parameters, ulong seed, uint set)
{
    public const int Size = 32;

    // Each pixel is the mean of Grid x Grid points.
    private const int Grid = 3;
    private const double Centre = (Size - 1) / 2.0;

    // A pixel whose centre is this far out (squared) has no point in a figure of radius 1, which is 6 pixels
    // or more.
    private const double Outside = 1.3;

    private readonly ShapeParameters _p = parameters;
    private readonly int[] _colours = new int[9];
    private readonly byte[] _blotted = new byte[Size * Size * 3];

    public void Draw(int image, int label, Span<byte> pixels)
    {
        var random = new DrawRandom(seed, set, image);
        PickColours(ref random);
        DrawBackground(ref random);
        var figure = Placement(ref random, 1 / random.Range(_p.LeastRadius, _p.MostRadius), _p.Translation);
        double period = random.Range(_p.LeastPeriod, _p.MostPeriod);
        var texture = Placement(ref random, 1 / period, period);
        double slopeX = random.Around(_p.Slope) / Centre, slopeY = random.Around(_p.Slope) / Centre;
        const int plane = Size * Size;
        uint bits = 0;
        for (int i = 0; i < plane; i++)
        {
            int x = i % Size, y = i / Size;
            var (first, second) = Count(x, y, label, figure, texture);
            double light = slopeX * (x - Centre) + slopeY * (y - Centre);
            for (int c = 0; c < 3; c++)
            {
                double colour = (first * _colours[c] + second * _colours[3 + c] +
                    (Grid * Grid - first - second) * _blotted[c * plane + i]) / (double)(Grid * Grid);
                bits = c == 1 ? bits >> 16 : random.Bits();
                double noise = ((int)(bits & 255) - (int)((bits >> 8) & 255)) * (_p.Noise / 255);
                pixels[c * plane + i] = (byte)Math.Clamp(Math.Floor(colour + light + noise + 0.5), 0, 255);
            }
        }
    }

    // How many of the pixel's points lie in the figure, by the texture's colour.
    private static (int First, int Second) Count(int x, int y, int label, Affine figure, Affine texture)
    {
        int first = 0, second = 0;
        var (centreX, centreY) = figure.Apply(x, y);
        if (centreX * centreX + centreY * centreY > Outside)
        {
            return (0, 0);
        }

        for (int point = 0; point < Grid * Grid; point++)
        {
            double px = x + (point % Grid - 1) / (double)Grid, py = y + (point / Grid - 1) / (double)Grid;
            var (fx, fy) = figure.Apply(px, py);
            if (ShapeFigures.Inside(label / 2, fx, fy))
            {
                var (tx, ty) = texture.Apply(px, py);
                bool isSecond = ShapeFigures.Second(label % 2, tx, ty);
                second += isSecond ? 1 : 0;
                first += isSecond ? 0 : 1;
            }
        }

        return (first, second);
    }

    // Pixels to a figure's own coordinates: about a random centre, by up to a quarter turn either way.
    private static Affine Placement(ref DrawRandom random, double scale, double translation)
    {
        double x = Centre + random.Around(translation), y = Centre + random.Around(translation);
        var (cos, sin) = random.Rotation(1);
        cos *= scale;
        sin *= scale;
        return new Affine(cos, sin, -sin, cos, -(cos * x + sin * y), sin * x - cos * y);
    }

    // Three colours, drawn again until they differ enough; the last try stands, so this ends.
    private void PickColours(ref DrawRandom random)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            for (int i = 0; i < _colours.Length; i++)
            {
                _colours[i] = random.Below(256);
            }

            if (Contrast(0, 3) >= _p.LeastContrast && Contrast(0, 6) >= _p.LeastContrast &&
                Contrast(3, 6) >= _p.LeastContrast)
            {
                return;
            }
        }

        int Contrast(int a, int b) => Math.Abs(_colours[a] - _colours[b]) +
            Math.Abs(_colours[a + 1] - _colours[b + 1]) + Math.Abs(_colours[a + 2] - _colours[b + 2]);
    }

    private void DrawBackground(ref DrawRandom random)
    {
        const int plane = Size * Size;
        for (int c = 0; c < 3; c++)
        {
            _blotted.AsSpan(c * plane, plane).Fill((byte)_colours[6 + c]);
        }

        for (int left = random.Below(_p.MostBlots + 1); left > 0; left--)
        {
            double x = random.Range(0, Size), y = random.Range(0, Size),
                r = random.Range(_p.LeastBlot, _p.MostBlot);
            uint colour = random.Bits();
            for (int i = 0; i < plane; i++)
            {
                double dx = i % Size - x, dy = i / Size - y;
                for (int c = 0; c < 3 && dx * dx + dy * dy <= r * r; c++)
                {
                    _blotted[c * plane + i] = (byte)(colour >> (8 * c));
                }
            }
        }
    }
}
