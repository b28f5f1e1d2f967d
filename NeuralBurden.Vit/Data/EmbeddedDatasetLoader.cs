using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Data.Generators;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Draws the embedded sets. Image i is a function of (seed, set, split, i) alone: threads and counts change
/// nothing of it. Classes are balanced: each run of as many images as there are classes has one of each, in
/// random order.
/// </summary>
internal static class EmbeddedDatasetLoader
{
    private const int MostImages = 200_000;

    private delegate void DrawImage(int image, int label, Span<byte> pixels);

    public static ImageDatasetPair Load(DatasetManifest manifest, DataOptions options)
    {
        var train = Draw(manifest, options, test: false, options.TrainCount ?? manifest.TrainCount, null);
        var test = Draw(manifest, options, test: true, options.TestCount ?? manifest.TestCount, train);
        return new ImageDatasetPair(train, test);
    }

    private static ImageDataset Draw(
        DatasetManifest manifest, DataOptions options, bool test, int count, ImageDataset? normalizer)
    {
        if (count is < 1 or > MostImages)
        {
            throw new ArgumentOutOfRangeException(nameof(options), count,
                $"Data set '{manifest.Name}' can draw 1 to {MostImages} images a split.");
        }

        // One Philox step a split, another for the order of its labels.
        uint set = (uint)manifest.Format * 4 + (test ? 2u : 0u);
        ushort[] labels = Labels(count, manifest.Classes.Count, options.Seed, set + 1);
        int size = manifest.Channels * manifest.Height * manifest.Width;
        byte[] pixels = new byte[count * size];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads ?? -1 };
        var create = Generator(manifest, options.Seed, set);
        Parallel.For(0, count, parallel, create, (i, _, draw) =>
        {
            draw(i, labels[i], pixels.AsSpan(i * size, size));
            return draw;
        }, _ => { });
        return new ImageDataset(manifest.Name, manifest.Channels, manifest.Height, manifest.Width,
            manifest.Classes, pixels, labels, normalizer);
    }

    // A generator holds scratch memory, so each thread makes its own.
    private static Func<DrawImage> Generator(DatasetManifest manifest, ulong seed, uint set)
    {
        switch (manifest.Format)
        {
            case DatasetFormat.Glyphs:
                var glyphs = manifest.ReadGenerator<GlyphParameters>();
                return () => new GlyphGenerator(glyphs, seed, set).Draw;
            case DatasetFormat.Shapes:
                var shapes = manifest.ReadGenerator<ShapeParameters>();
                return () => new ShapeGenerator(shapes, seed, set).Draw;
            default:
                throw new InvalidOperationException($"Data set '{manifest.Name}' is not drawn.");
        }
    }

    private static ushort[] Labels(int count, int classes, ulong seed, uint set)
    {
        ushort[] labels = new ushort[count];
        ushort[] round = new ushort[classes];
        for (int i = 0; i < count; i++)
        {
            int place = i % classes;
            if (place == 0)
            {
                for (int j = 0; j < classes; j++)
                {
                    int other = Philox.Below(j + 1, seed, RandomStream.EmbeddedData, set, (ulong)(i + j));
                    round[j] = round[other];
                    round[other] = (ushort)j;
                }
            }

            labels[i] = round[place];
        }

        return labels;
    }
}
