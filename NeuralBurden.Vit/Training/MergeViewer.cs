using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>Looks at what a model merges on its first test images.</summary>
public static class MergeViewer
{
    /// <summary>A stored model.</summary>
    /// <param name="config">Of the checkpoint.</param>
    /// <param name="checkpoint">A model.safetensors.</param>
    /// <param name="options">Where data lies, threads.</param>
    /// <param name="images">How many test images.</param>
    /// <exception cref="SettingException">The model merges nothing, or more images than fit into one picture.</exception>
    public static (MergeLook Look, RasterImage Picture) Run(
        RunConfig config, string checkpoint, RunOptions options, int images)
    {
        var data = RunEngine.LoadData(config, options);
        using var device = DeviceCatalog.Open(config.Device, options.Threads ?? 0);
        var (model, _) = ModelFile.Open(device, config, data.Train, checkpoint);
        using var owned = model;
        if (model.Merging is null)
            throw new SettingException("tokens.merge", $"{config.Tokens.Merge}; the trained model merges no tokens");
        int count = Math.Min(images, data.Test.Count);
        int most = MergeSheet.MostImages(data.Test.Width, data.Test.Height);
        if (count > most)
        {
            throw new SettingException(
                "--images",
                $"{count} is out of range; allowed: 1 to {most}, which one picture holds of {data.Test.Width} x "
                + $"{data.Test.Height} pixels each");
        }

        using var batch = new DeviceImages(device, data.Test, count, data.Train.Mean, data.Train.Std);
        return Run(device, model, batch, count);
    }

    /// <summary>A model in memory; it must merge.</summary>
    internal static (MergeLook Look, RasterImage Picture) Run(
        Device device, VisionTransformer model, DeviceImages images, int count)
    {
        int[] indices = [.. Enumerable.Range(0, Math.Min(count, images.Data.Count))];
        model.Forward(images.Load(indices, []).Images, ModelPass.Evaluation);
        var trace = MergeTrace.Of(device, model);
        var look = new MergeLook(model.Merging!.Name, indices.Length, trace.Stages);
        return (look, MergeSheet.Draw(images.Data, indices, model.Shape, trace.Sources));
    }
}
