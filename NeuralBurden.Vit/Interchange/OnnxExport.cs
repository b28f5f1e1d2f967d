using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Interchange;

/// <summary>
/// A model as an ONNX file of operator set 17: <c>images</c> [batch, C, H, W], normalised, to <c>logits</c> [batch, classes].
/// </summary>
public static class OnnxExport
{
    // Names of any script, readable as they are.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the ONNX file of a stored model.</summary>
    /// <param name="model">Any file or folder that <see cref="StoredModel"/> reads.</param>
    /// <param name="path">File to write.</param>
    /// <param name="hints">What the model's file may not say; null for nothing.</param>
    /// <param name="sparse">
    /// Whether pruned matrices are sparse initializers where these are smaller. ONNX Runtime reads them; not everything does.
    /// </param>
    /// <returns>The model as read.</returns>
    /// <exception cref="CheckpointFormatException">The model is damaged or not supported; names the tensor or field.</exception>
    /// <exception cref="Pruning.Errors.SettingException">Its merging has no ONNX form; names it.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static StoredModel Write(string model, string path, ModelHints? hints = null, bool sparse = true)
    {
        var stored = StoredModel.Open(model, hints);
        var merging = StoredMerging.Of(stored.File, stored.Shape);
        // Nothing is computed: the device is where the weights lie.
        using var device = DeviceCatalog.Open("cpu", threads: 1);
        using var network = stored.Create(device, merging);
        var (mean, std) = stored.Normalization?.For(stored.Shape.Channels) ?? ([], []);
        Write(path, device, network, mean, std, stored.ClassNames, sparse);
        return stored;
    }

    /// <param name="mean">Of the normalisation, per channel, for the metadata; none where it is not known.</param>
    /// <param name="std">Likewise.</param>
    /// <param name="classNames">In the order of the logits, for the metadata; null where they are not known.</param>
    /// <param name="sparse">See <see cref="VitGraph.Of"/>.</param>
    /// <exception cref="Pruning.Errors.SettingException">The model's merging has no ONNX form; names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal static void Write(
        string path,
        Device device,
        VisionTransformer model,
        IReadOnlyList<float> mean,
        IReadOnlyList<float> std,
        IReadOnlyList<string>? classNames,
        bool sparse)
    {
        var metadata = new List<(string, string)>();
        if (mean.Count > 0)
        {
            metadata.Add(("mean", Numbers(mean)));
            metadata.Add(("std", Numbers(std)));
        }

        if (classNames is not null) metadata.Add(("class_names", JsonSerializer.Serialize(classNames, Readable)));
        if (model.Merging is { } merging) metadata.Add(("merge", merging.Name));
        OnnxFile.Write(
            path,
            VitGraph.Of(device, model, sparse),
            "images: (pixel / 255 - mean) / std per channel, in the order RGB, rows from the top; the metadata have mean and std",
            metadata);
    }

    private static string Numbers(IEnumerable<float> values) =>
        string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
