namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// `glyphs`: 28x28 grey images of ten digits drawn with strokes, under a random affine map, wobbling control
/// points, stroke width, ink, noise, specks and stray strokes.
/// </summary>
internal sealed class GlyphGenerator(GlyphParameters parameters, ulong seed, uint set)
{
    public const int Size = 28;

    private const int CurveSteps = 6;

    private readonly GlyphParameters _p = parameters;
    private readonly StrokeCanvas _glyph = new(Size, Size);
    private readonly StrokeCanvas _strays = new(Size, Size);
    private readonly (double X, double Y)[] _points = new (double X, double Y)[16];

    public void Draw(int image, int label, Span<byte> pixels)
    {
        var random = new DrawRandom(seed, set, image);
        DrawGlyph(ref random, GlyphStrokes.Classes[label]);
        DrawStrays(ref random);
        double width = random.Range(_p.LeastWidth, _p.MostWidth);
        double ink = random.Range(_p.LeastInk, _p.MostInk), paper = random.Range(0, _p.MostPaper);
        double stray = ink * random.Range(0.5, 1), strayWidth = random.Range(1, 1.8);
        uint bits = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            double cover = Math.Max(_glyph.Cover(i, width), _strays.Cover(i, strayWidth) * (stray / ink));
            bits = (i & 1) == 0 ? random.Bits() : bits >> 16;
            double noise = ((int)(bits & 255) - (int)((bits >> 8) & 255)) * (_p.Noise / 255);
            pixels[i] = (byte)Math.Clamp(Math.Floor(paper + (ink - paper) * cover + noise + 0.5), 0, 255);
        }

        for (int left = random.Below(_p.MostSpecks + 1); left > 0; left--)
        {
            pixels[random.Below(pixels.Length)] = (byte)(ink * random.Range(0.4, 1));
        }
    }

    private void DrawGlyph(ref DrawRandom random, GlyphStroke[] strokes)
    {
        _glyph.Clear();
        var map = RandomMap(ref random);
        foreach (var stroke in strokes)
        {
            bool drawn = random.Chance(stroke.Likelihood);
            for (int i = 0; i < stroke.Points.Length; i++)
            {
                var (x, y) = stroke.Points[i];
                _points[i] = map.Apply(x + random.Around(_p.Wobble), y + random.Around(_p.Wobble));
            }

            if (drawn)
            {
                DrawStroke(_points.AsSpan(0, stroke.Points.Length), stroke.Smooth);
            }
        }
    }

    private Affine RandomMap(ref DrawRandom random)
    {
        double scale = _p.HalfHeight * random.Range(_p.LeastScale, _p.MostScale);
        double aspect = random.Range(_p.LeastAspect, _p.MostAspect), shear = random.Around(_p.Shear);
        var (cos, sin) = random.Rotation(_p.HalfAngleTangent);
        const double centre = (Size - 1) / 2.0;
        double xx = scale * aspect, xy = scale * shear;
        return new Affine(cos * xx, cos * xy - sin * scale, sin * xx, sin * xy + cos * scale,
            centre + random.Around(_p.Translation), centre + random.Around(_p.Translation));
    }

    private void DrawStroke(ReadOnlySpan<(double X, double Y)> points, bool smooth)
    {
        for (int i = 0; i + 1 < points.Length; i++)
        {
            if (!smooth)
            {
                _glyph.Line(points[i], points[i + 1], _p.MostWidth);
                continue;
            }

            var before = points[Math.Max(0, i - 1)];
            var after = points[Math.Min(points.Length - 1, i + 2)];
            var last = points[i];
            for (int step = 1; step <= CurveSteps; step++)
            {
                double t = step / (double)CurveSteps;
                var next = (Spline(before.X, points[i].X, points[i + 1].X, after.X, t),
                    Spline(before.Y, points[i].Y, points[i + 1].Y, after.Y, t));
                _glyph.Line(last, next, _p.MostWidth);
                last = next;
            }
        }
    }

    // Catmull and Rom: through b at t = 0 and c at t = 1, with slopes (c - a) / 2 and (d - b) / 2.
    private static double Spline(double a, double b, double c, double d, double t) =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

    private void DrawStrays(ref DrawRandom random)
    {
        _strays.Clear();
        for (int left = random.Below(_p.MostStrays + 1); left > 0; left--)
        {
            double x = random.Range(0, Size), y = random.Range(0, Size);
            _strays.Line((x, y), (x + random.Around(5), y + random.Around(5)), 1.8);
        }
    }
}
