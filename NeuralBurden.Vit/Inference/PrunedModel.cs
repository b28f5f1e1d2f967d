using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Sparsity;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.Inference;

/// <summary>
/// A stored model that classifies images, with the kernels and the token merging of <c>nb eval</c>: any file that
/// <see cref="StoredModel"/> reads, dense, pruned, compact or shrunk. Safe for use by several threads, which take turns on
/// its device; dispose it to free the device's memory.
/// </summary>
/// <example>
/// <code>
/// using var model = PrunedModel.Load("model.safetensors");
/// var (name, probability, _) = model.Predict("cat.jpg").Best;
/// </code>
/// </example>
public sealed class PrunedModel : IDisposable
{
    private readonly Lock _turn = new();
    private readonly Device _device;
    private readonly VisionTransformer _model;
    private readonly SparsePlan _sparse;
    private readonly ImageInput _input;
    private readonly Tensor _images;
    private readonly float[] _pixels;
    private bool _disposed;

    private PrunedModel(
        Device device, StoredModel stored, VisionTransformer model, Normalization normalization, InferenceOptions options)
    {
        (_device, _model, ClassNames, HeadsAssumed) = (device, model, stored.ClassNames, stored.HeadsAssumed);
        _input = new ImageInput(model.Shape, normalization);
        _sparse = SparsePlan.ForInference(device, ModelFile.Masks(stored.File, model), options.Sparse);
        _model.PackWeights();
        _images = device.AllocateTensor(
            new Shape(options.Batch, model.Shape.Channels, model.Shape.Height, model.Shape.Width), "images");
        _pixels = new float[_images.Count];
    }

    /// <summary>Extents of the network; images of any other size are scaled.</summary>
    public VitShape Shape => _model.Shape;

    /// <summary>In the order of the logits; null where the file has none.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>
    /// Whether neither file nor options say the number of heads, so that the one of published models of this width is taken.
    /// </summary>
    public bool HeadsAssumed { get; }

    /// <summary>Opens a model for prediction.</summary>
    /// <param name="path">A file, a run folder, or a folder of HuggingFace or timm's hub.</param>
    /// <param name="options">Null takes all cores and what the file says.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged or not supported; names the tensor or field.</exception>
    /// <exception cref="SettingException">
    /// It does not say how its images are normalised, and the options don't either.
    /// </exception>
    /// <exception cref="DeviceUnavailableException">There is no such device.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PrunedModel Load(string path, InferenceOptions? options = null)
    {
        options ??= new InferenceOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Batch, 1, nameof(options));
        var stored = StoredModel.Open(path, new ModelHints
        {
            Heads = options.Heads,
            ImageSize = options.ImageSize,
            Images = options.Images,
            Normalization = options.Normalization,
        });
        if (stored.Normalization is not { IsDataset: false } normalization)
        {
            throw new SettingException(
                "normalize",
                $"{path} does not say how its images are normalised; give imagenet, half, or MEAN,STD "
                + "(--normalize of 'nb predict', InferenceOptions.Normalization in C#)");
        }

        var merging = StoredMerging.Of(stored.File, stored.Shape);
        var device = DeviceCatalog.Open(options.Device, options.Threads);
        try
        {
            return new PrunedModel(device, stored, stored.Create(device, merging), normalization, options);
        }
        catch
        {
            device.Abandon();
            throw;
        }
    }

    /// <summary>The class of an image file: PNG, JPEG, GIF, BMP, TIFF or WebP.</summary>
    /// <exception cref="Files.DataFormatException">No image of these formats, or a damaged one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Prediction Predict(string file) => Predict(ImageReader.Read(file));

    /// <summary>The class of an image of any size.</summary>
    /// <exception cref="ArgumentException">Channels that do not fit the model's.</exception>
    public Prediction Predict(RasterImage image) => Predict([image])[0];

    /// <summary>The class of an image of the model's own size.</summary>
    /// <param name="pixels">[H, W, C], rows from the top, C as the model's.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public Prediction Predict(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != _input.Length)
        {
            throw new ArgumentException(
                $"{pixels.Length} bytes; the model's images have {Shape.Width} x {Shape.Height} pixels of "
                + $"{Shape.Channels} channels",
                nameof(pixels));
        }

        float[] logits = new float[Shape.Classes];
        lock (_turn)
        {
            _input.Write(pixels, _pixels);
            Run(1, logits);
        }

        return new Prediction(logits, ClassNames);
    }

    /// <summary>The classes of several images, in their order, computed batch by batch.</summary>
    /// <exception cref="ArgumentException">Channels that do not fit the model's.</exception>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<RasterImage> images)
    {
        var predictions = new List<Prediction>(images.Count);
        int most = _images.Shape[0], classes = Shape.Classes;
        lock (_turn)
        {
            for (int first = 0; first < images.Count; first += most)
            {
                int count = Math.Min(most, images.Count - first);
                for (int i = 0; i < count; i++) _input.Write(images[first + i], _pixels.AsSpan(i * _input.Length, _input.Length));
                float[] logits = new float[count * classes];
                Run(count, logits);
                for (int i = 0; i < count; i++)
                    predictions.Add(new Prediction(logits[(i * classes)..((i + 1) * classes)], ClassNames));
            }
        }

        return predictions;
    }

    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed) return;
            _disposed = true;
            _sparse.Dispose();
            _model.Dispose();
            _images.Buffer.Dispose();
            // Throws where a buffer is still alive.
            _device.Dispose();
        }
    }

    private void Run(int count, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var images = _images.Slice(0, new Shape(count, Shape.Channels, Shape.Height, Shape.Width));
        _device.Upload(_pixels.AsSpan(0, count * _input.Length), images);
        _device.Download(_model.Forward(images, ModelPass.Logits), logits);
    }
}
