using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.OneShot;

/// <summary>One-shot pruning on the device and the images of a config.</summary>
public static class OneShotPruning
{
    /// <returns>The pruned model file.</returns>
    /// <exception cref="Pruning.Errors.SettingException">The images are not those of the model, or too few.</exception>
    public static Checkpoint Run(
        RunConfig config, StoredModel stored, RunOptions run, OneShotOptions options, CancellationToken cancellation)
    {
        ImageDataset? images = null;
        if (options.Criterion != OneShotCriterion.Magnitude)
        {
            var data = RunEngine.LoadData(config, run).Train;
            ModelFile.RequireImages(stored.Shape, data, stored.File.Source);
            images = data.Take(Math.Min(options.Images, data.Count));
        }

        return RunEngine.OnDevice(
            config, run, device => new OneShotPruner(options).Prune(stored, device, images, cancellation));
    }
}
