using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// A picture of merges. For each image three panels from left to right: the image; the same with the patches of each
/// merged token in one colour, framed and joined by lines; and what the tokens average, every patch replaced by the
/// mean of its token's patches. Patches that stay alone keep their look, dropped ones are crossed out.
/// </summary>
public static class MergeSheet
{
    private const int Gap = 4;
    private const int ImageGap = 20;
    private const int Columns = 2;
    private const int PanelSide = 196;
    private const long MostPixels = 160_000_000;
    private const double Tint = 0.45;
    private static readonly (byte R, byte G, byte B) Paper = (255, 255, 255);
    private static readonly (byte R, byte G, byte B) Ink = (40, 40, 40);

    /// <summary>Images of a size that fit on one sheet, whose sides and pixels are bounded.</summary>
    public static int MostImages(int imageWidth, int imageHeight)
    {
        var (width, height) = Cell(imageWidth, imageHeight);
        const int side = RasterImage.MostPixelsPerSide - ImageGap;
        int columns = side / width, rows = side / height;
        return (int)Math.Min((long)columns * rows, MostPixels / ((long)width * height));
    }

    /// <param name="set">The images' data set.</param>
    /// <param name="indices">The images that were looked at.</param>
    /// <param name="shape">Of the model.</param>
    /// <param name="sources">Source map of each, see <see cref="MergeTrace.Sources"/>.</param>
    public static RasterImage Draw(
        ImageDataset set, IReadOnlyList<int> indices, VitShape shape, IReadOnlyList<int[]> sources)
    {
        int scale = Scale(set.Width, set.Height);
        int width = set.Width * scale;
        var (cellWidth, cellHeight) = Cell(set.Width, set.Height);
        // Two columns are easiest to read; more where the sheet would grow taller than a PNG may be.
        int longest = (RasterImage.MostPixelsPerSide - ImageGap) / cellHeight;
        int columns = Math.Min(Math.Max(Columns, (indices.Count + longest - 1) / longest), indices.Count);
        int rows = (indices.Count + columns - 1) / columns;
        var canvas = new Canvas((columns * cellWidth) + ImageGap, (rows * cellHeight) + ImageGap, Paper);
        for (int i = 0; i < indices.Count; i++)
        {
            int left = ImageGap + (i % columns * cellWidth), top = ImageGap + (i / columns * cellHeight);
            var picture = new Picture(set, indices[i], shape.Patch, sources[i], scale);
            picture.DrawPlain(canvas, left, top);
            picture.DrawGroups(canvas, left + width + Gap, top);
            picture.DrawMeans(canvas, left + (2 * (width + Gap)), top);
        }

        return canvas.ToImage();
    }

    private static int Scale(int width, int height) => Math.Max(1, PanelSide / Math.Max(width, height));

    // Three panels and the gap before the next image.
    private static (int Width, int Height) Cell(int width, int height)
    {
        int scale = Scale(width, height);
        return ((3 * width * scale) + (2 * Gap) + ImageGap, (height * scale) + ImageGap);
    }

    /// <summary>One image and its groups of patches.</summary>
    private sealed class Picture(ImageDataset set, int index, int patch, int[] source, int scale)
    {
        private readonly byte[] _image = set.Image(index);
        private readonly int _columns = set.Width / patch;
        private readonly int _rows = set.Height / patch;
        private readonly Dictionary<int, int> _members =
            source.Where(s => s >= 0).GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());

        private int Side => patch * scale;

        public void DrawPlain(Canvas canvas, int left, int top) => Fill(canvas, left, top, Pixel);

        public void DrawGroups(Canvas canvas, int left, int top)
        {
            int[] merged = [.. _members.Where(m => m.Value > 1).Select(m => m.Key).Order()];
            Fill(canvas, left, top, (x, y) =>
            {
                int group = source[PatchAt(x, y)];
                var pixel = Pixel(x, y);
                if (group < 0) return Canvas.Mix(pixel, Paper, 0.6);
                int colour = Array.IndexOf(merged, group);
                return colour < 0 ? pixel : Canvas.Mix(pixel, Canvas.Hue(colour), Tint);
            });
            for (int p = 0; p < source.Length; p++) Frame(canvas, left, top, p, merged);
            for (int i = 0; i < merged.Length; i++) Connect(canvas, left, top, merged[i], Canvas.Hue(i));
        }

        public void DrawMeans(Canvas canvas, int left, int top)
        {
            Fill(canvas, left, top, Mean);
            for (int p = 0; p < source.Length; p++)
            {
                if (source[p] < 0) Cross(canvas, left, top, p);
            }
        }

        private (byte R, byte G, byte B) Mean(int x, int y)
        {
            int group = source[PatchAt(x, y)];
            if (group < 0) return Paper;
            int r = 0, g = 0, b = 0, count = _members[group];
            for (int p = 0; p < source.Length; p++)
            {
                if (source[p] != group) continue;
                var pixel = Pixel((p % _columns * patch) + (x % patch), (p / _columns * patch) + (y % patch));
                (r, g, b) = (r + pixel.R, g + pixel.G, b + pixel.B);
            }

            return ((byte)(r / count), (byte)(g / count), (byte)(b / count));
        }

        // A border between tokens: strong around merged ones, faint around patches alone.
        private void Frame(Canvas canvas, int left, int top, int p, int[] merged)
        {
            int x = left + (p % _columns * Side), y = top + (p / _columns * Side), group = source[p];
            if (group < 0)
            {
                Cross(canvas, left, top, p);
                return;
            }

            int colour = Array.IndexOf(merged, group);
            if (colour < 0)
            {
                canvas.Rectangle(x, y, Side, 1, (150, 150, 150));
                canvas.Rectangle(x, y, 1, Side, (150, 150, 150));
                return;
            }

            var line = Canvas.Hue(colour);
            int thick = Math.Max(2, Side / 10);
            if (!Same(p, 0, -1)) canvas.Rectangle(x, y, Side, thick, line);
            if (!Same(p, 0, 1)) canvas.Rectangle(x, y + Side - thick, Side, thick, line);
            if (!Same(p, -1, 0)) canvas.Rectangle(x, y, thick, Side, line);
            if (!Same(p, 1, 0)) canvas.Rectangle(x + Side - thick, y, thick, Side, line);
        }

        // Lines from patch to patch, each to the nearest of those before it: colours repeat, lines do not lie.
        private void Connect(Canvas canvas, int left, int top, int group, (byte R, byte G, byte B) colour)
        {
            int[] patches = [.. Enumerable.Range(0, source.Length).Where(p => source[p] == group)];
            for (int i = 1; i < patches.Length; i++)
            {
                var (x, y) = Center(patches[i]);
                var (toX, toY) = patches[..i].Select(Center).MinBy(c => ((c.X - x) * (c.X - x)) + ((c.Y - y) * (c.Y - y)));
                canvas.Line(left + x, top + y, left + toX, top + toY, 4, Ink);
                canvas.Line(left + x, top + y, left + toX, top + toY, 2, Canvas.Mix(colour, Paper, 0.35));
            }

            foreach (int p in patches)
            {
                var (x, y) = Center(p);
                canvas.Rectangle(left + x - 3, top + y - 3, 7, 7, Ink);
                canvas.Rectangle(left + x - 2, top + y - 2, 5, 5, Canvas.Mix(colour, Paper, 0.35));
            }
        }

        private (int X, int Y) Center(int p) => ((p % _columns * Side) + (Side / 2), (p / _columns * Side) + (Side / 2));

        private void Cross(Canvas canvas, int left, int top, int p)
        {
            int x = left + (p % _columns * Side), y = top + (p / _columns * Side);
            for (int i = 2; i < Side - 3; i++)
            {
                canvas.Rectangle(x + i, y + i, 2, 2, Ink);
                canvas.Rectangle(x + Side - 2 - i, y + i, 2, 2, Ink);
            }
        }

        private bool Same(int p, int dx, int dy)
        {
            int x = (p % _columns) + dx, y = (p / _columns) + dy;
            return x >= 0 && x < _columns && y >= 0 && y < _rows && source[(y * _columns) + x] == source[p];
        }

        private void Fill(Canvas canvas, int left, int top, Func<int, int, (byte R, byte G, byte B)> colour)
        {
            for (int y = 0; y < set.Height; y++)
            {
                for (int x = 0; x < set.Width; x++)
                    canvas.Rectangle(left + (x * scale), top + (y * scale), scale, scale, colour(x, y));
            }
        }

        private (byte R, byte G, byte B) Pixel(int x, int y)
        {
            int plane = set.Width * set.Height, at = (y * set.Width) + x;
            return set.Channels < 3
                ? (_image[at], _image[at], _image[at])
                : (_image[at], _image[plane + at], _image[(2 * plane) + at]);
        }

        private int PatchAt(int x, int y) => (y / patch * _columns) + (x / patch);
    }
}
