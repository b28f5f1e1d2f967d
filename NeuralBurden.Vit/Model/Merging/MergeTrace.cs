using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>What the last pass of a model merged, read back from the device.</summary>
public sealed class MergeTrace
{
    private MergeTrace(IReadOnlyList<MergeStage> stages, int[][] sources)
    {
        Stages = stages;
        Sources = sources;
    }

    /// <summary>The merges in the order of the pass.</summary>
    public IReadOnlyList<MergeStage> Stages { get; }

    /// <summary>
    /// The source map: [image][patch] is the final token that a patch went into, -1 where it was dropped. Patches are
    /// in the order of rows; class token and registers are left out.
    /// </summary>
    public IReadOnlyList<int[]> Sources { get; }

    /// <param name="device">The model's.</param>
    /// <param name="model">After a forward pass.</param>
    public static MergeTrace Of(Device device, VisionTransformer model)
    {
        var records = model.Blocks.Select(block => block.Activations.Merge).Prepend(model.EarlyMerge).ToArray();
        int images = model.Blocks[0].Activations.Input.Batch, tokens = model.Shape.Tokens;
        int[][] sources = [.. Enumerable.Range(0, images).Select(_ => Enumerable.Range(0, tokens).ToArray())];
        var stages = new List<MergeStage>();
        for (int place = 0; place < records.Length; place++)
        {
            if (!records[place].Happened) continue;
            int[] map = new int[records[place].Match.Map.Count];
            device.Download(records[place].Match.Map, map);
            float[] values = new float[records[place].Tokens.Count];
            device.Download(records[place].Tokens, values);
            stages.Add(StageOf(place, images, map, values));
            int t = map.Length / images;
            for (int image = 0; image < images; image++)
            {
                foreach (ref int source in sources[image].AsSpan())
                    source = source < 0 ? -1 : map[(image * t) + source];
            }
        }

        return new MergeTrace(stages, [.. sources.Select(row => row[model.Shape.Extra..])]);
    }

    private static MergeStage StageOf(int place, int images, int[] map, float[] values)
    {
        int t = map.Length / images, c = values.Length / map.Length;
        double similarity = 0;
        int pairs = 0, after = 0, before = 0;
        for (int image = 0; image < images; image++)
        {
            int row = image * t;
            after += map.AsSpan(row, t).ToArray().Where(m => m >= 0).Distinct().Count();
            for (int n = 0; n < t; n++)
            {
                // Padding is zero and stands where nothing merges; a dropped token is not zero.
                if (map[row + n] >= 0 || values.AsSpan((row + n) * c, c).ContainsAnyExcept(0f)) before++;
                for (int other = 0; other < n && map[row + n] >= 0; other++)
                {
                    if (map[row + n] != map[row + other]) continue;
                    similarity += Cosine(values.AsSpan((row + n) * c, c), values.AsSpan((row + other) * c, c));
                    pairs++;
                }
            }
        }

        return new MergeStage(
            place, (double)before / images, (double)after / images, pairs == 0 ? null : similarity / pairs);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }

        return aa * bb == 0 ? 0 : dot / Math.Sqrt(aa * bb);
    }
}
