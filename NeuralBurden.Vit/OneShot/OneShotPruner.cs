using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.OneShot;

/// <summary>
/// Prunes a stored model at once, without training, and gives a model file with its masks. Wanda and SparseGPT go through
/// the blocks in order, so that a block sees what the pruned ones before it put out.
/// </summary>
public sealed class OneShotPruner(OneShotOptions options)
{
    /// <param name="stored">The model, of any program; what it has pruned before counts as weights of zero.</param>
    /// <param name="device">Computes the calibration.</param>
    /// <param name="images">Calibration images, normalised as the model's input; null for magnitudes.</param>
    /// <param name="cancellation">Looked at before every batch.</param>
    /// <returns>A model file with effective weights and a mask for every pruned matrix.</returns>
    public Checkpoint Prune(StoredModel stored, Device device, ImageDataset? images, CancellationToken cancellation)
    {
        using var model = stored.Create(device);
        var scope = PruningSetup.Names(stored.Shape, options.Scope).ToHashSet();
        var kept = new Dictionary<string, bool[]>();
        if (options.Criterion == OneShotCriterion.Magnitude) ByMagnitude(model, device, scope, kept);
        else ByImages(model, device, scope, images ?? throw new ArgumentNullException(nameof(images)), kept, cancellation);
        return File(stored, model, device, kept);
    }

    private void ByMagnitude(VisionTransformer model, Device device, HashSet<string> scope, Dictionary<string, bool[]> kept)
    {
        var layers = model.PrunableLayers.Where(l => scope.Contains(l.Weight.Name)).ToList();
        List<LinearLayer>[] groups = options.Global ? [layers] : [.. layers.Select(l => new List<LinearLayer> { l })];
        foreach (var group in groups)
        {
            double[] scores = [.. group.SelectMany(l => HostCopy.Of(device, l.Weight.Weights)).Select(w => Math.Abs((double)w))];
            bool[] keep = AllTrue(scores.Length);
            RowSelection.Drop(scores, Count(scores.Length), keep);
            int at = 0;
            foreach (var layer in group)
            {
                int count = (int)layer.Weight.Shape.Count;
                Set(device, layer, HostCopy.Of(device, layer.Weight.Weights), keep[at..(at + count)], kept);
                at += count;
            }
        }
    }

    private void ByImages(
        VisionTransformer model, Device device, HashSet<string> scope, ImageDataset images, Dictionary<string, bool[]> kept,
        CancellationToken cancellation)
    {
        using var calibration = new Calibration(device, images);
        foreach (var block in model.Blocks)
        {
            if (!block.Linears.Any(l => scope.Contains(l.Weight.Name))) continue;
            double[][] grams = calibration.Grams(model, block, cancellation);
            for (int i = 0; i < grams.Length; i++)
            {
                var layer = block.Linears[i];
                if (!scope.Contains(layer.Weight.Name)) continue;
                int rows = layer.Weight.Shape[0], columns = layer.Weight.Shape[1];
                float[] weights = HostCopy.Of(device, layer.Weight.Weights);
                bool[] keep = AllTrue(weights.Length);
                if (options.Criterion == OneShotCriterion.SparseGpt)
                    LeastSquares.Prune(weights, grams[i], rows, columns, Count(weights.Length), keep);
                else ByActivation(weights, grams[i], rows, columns, keep);
                Set(device, layer, weights, keep, kept);
            }
        }
    }

    private void ByActivation(float[] weights, double[] gram, int rows, int columns, bool[] keep)
    {
        int total = Count(weights.Length);
        Parallel.For(0, rows, row =>
        {
            double[] scores = new double[columns];
            for (int j = 0; j < columns; j++)
                scores[j] = Math.Abs((double)weights[(row * columns) + j]) * Math.Sqrt(Math.Max(0, gram[(j * columns) + j]));
            int go = RowSelection.Share(total, weights.Length, (long)row * columns, columns);
            RowSelection.Drop(scores, go, keep.AsSpan(row * columns, columns));
        });
    }

    private static void Set(Device device, LinearLayer layer, float[] weights, bool[] keep, Dictionary<string, bool[]> kept)
    {
        for (int i = 0; i < weights.Length; i++)
            if (!keep[i]) weights[i] = 0;
        device.Upload(weights, layer.Weight.Weights);
        kept.Add(layer.Weight.Name, keep);
    }

    private static Checkpoint File(StoredModel stored, VisionTransformer model, Device device, Dictionary<string, bool[]> kept)
    {
        var file = new Checkpoint(CheckpointKind.Model, stored.File.Info) { Source = stored.File.Source };
        foreach (var (key, value) in stored.File.Extra) file.SetExtra(key, value);
        foreach (var parameter in model.Parameters.All)
        {
            file.Add(parameter.Name, [.. parameter.FileShape], HostCopy.Of(device, parameter.Weights));
            if (kept.TryGetValue(parameter.Name, out bool[]? keep))
            {
                ulong[] words = new ulong[MaskWords.WordCount(keep.Length)];
                for (int i = 0; i < keep.Length; i++)
                    if (keep[i]) words[i / 64] |= 1UL << (i % 64);
                file.AddMask(parameter.Name, keep.Length, words);
            }
            else if (stored.File.TryGet(CheckpointKeys.Mask + parameter.Name, out var mask))
            {
                file.Add(mask);
            }
        }

        return file;
    }

    private int Count(int weights) => (int)Math.Round(options.Sparsity * weights, MidpointRounding.AwayFromZero);

    private static bool[] AllTrue(int count)
    {
        bool[] all = new bool[count];
        Array.Fill(all, true);
        return all;
    }
}
