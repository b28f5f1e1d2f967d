using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// A data set on a device, normalised and augmented there batch by batch. A set of up to 256 MiB is uploaded once as
/// bytes; of a larger one the bytes of a batch at a time, so that neither the device nor this process holds it whole. What
/// a batch is does not depend on it.
/// </summary>
internal sealed class DeviceImages : IDisposable
{
    private const long MostResidentBytes = 1 << 28;

    // Of an upload, and of a batch of large images in evaluation.
    private const int PartBytes = 1 << 23;

    private const int MostEvaluated = 250;

    private readonly Device _device;
    private readonly BatchReader? _reader;
    private readonly Tensor _pixels;
    private readonly Tensor _mean;
    private readonly Tensor _std;
    private readonly Tensor _indices;
    private readonly Tensor _jitter;
    private readonly Tensor _labels;
    private readonly Tensor _images;
    private readonly int[] _hostLabels;
    private Tensor _prepared;
    private Tensor _places;

    /// <param name="mean">Of the training split, per channel: the normalisation of both splits.</param>
    /// <param name="std">Likewise.</param>
    /// <param name="mostResidentBytes">Of a set that is uploaded whole.</param>
    public DeviceImages(
        Device device, ImageDataset data, int batch, IReadOnlyList<float> mean, IReadOnlyList<float> std,
        long mostResidentBytes = MostResidentBytes)
    {
        (_device, Data, Batch) = (device, data, batch);
        if ((long)data.Count * data.ImageBytes > mostResidentBytes)
        {
            _reader = new BatchReader(data, batch);
            AllowPrepared();
        }
        else
        {
            var shape = new Shape(data.Count, data.Channels, data.Height, data.Width);
            _pixels = device.AllocateTensor(shape, $"{data.Name} pixels", ElementType.UInt8);
            Upload();
        }

        _mean = device.AllocateTensor(new Shape(data.Channels), "mean");
        _std = device.AllocateTensor(new Shape(data.Channels), "std");
        device.Upload(mean.ToArray().AsSpan(), _mean);
        device.Upload(std.ToArray().AsSpan(), _std);
        _indices = device.AllocateTensor(new Shape(batch), "batch indices", ElementType.Int32);
        _jitter = device.AllocateTensor(new Shape(batch, 3), "batch jitter", ElementType.Int32);
        _labels = device.AllocateTensor(new Shape(batch), "batch labels", ElementType.Int32);
        _images = device.AllocateTensor(new Shape(batch, data.Channels, data.Height, data.Width), "batch images");
        _hostLabels = new int[batch];
    }

    public ImageDataset Data { get; }

    /// <summary>Most images in a batch.</summary>
    public int Batch { get; }

    /// <summary>Whether a batch is read and uploaded when it is loaded, so that <see cref="Expect"/> helps.</summary>
    public bool IsStreamed => _reader is not null;

    /// <summary>Images in a batch of an evaluation: fewer of large ones, whose activations need the memory.</summary>
    public static int EvaluationBatch(ImageDataset data) => Math.Clamp(PartBytes / data.ImageBytes, 1, MostEvaluated);

    /// <summary>Says which indices are loaded next, so that their images are read meanwhile.</summary>
    public void Expect(ReadOnlySpan<int> indices) => _reader?.Begin(indices);

    /// <summary>Makes room for images prepared on the host, once.</summary>
    public void AllowPrepared()
    {
        if (!_prepared.IsNone) return;
        var shape = new Shape(Batch, Data.Channels, Data.Height, Data.Width);
        _prepared = _device.AllocateTensor(shape, "prepared pixels", ElementType.UInt8);
        _places = _device.AllocateTensor(new Shape(Batch), "places", ElementType.Int32);
        _device.Upload([.. Enumerable.Range(0, Batch)], _places);
    }

    /// <summary>
    /// Like <see cref="Load(ReadOnlySpan{int}, ReadOnlySpan{int})"/> with pixels [B, C, H, W] that were prepared on the
    /// host from the images of the given indices.
    /// </summary>
    public (Tensor Images, Tensor Labels) LoadPrepared(ReadOnlySpan<int> indices, ReadOnlySpan<byte> pixels) =>
        (Normalize(pixels, indices.Length, []), UploadLabels(indices));

    /// <summary>
    /// Images [B, C, H, W] and labels int32 [B] of the given indices, B at most <see cref="Batch"/>; valid until the
    /// next call. <paramref name="jitter"/> holds dx, dy, flip per image, or is empty.
    /// </summary>
    public (Tensor Images, Tensor Labels) Load(ReadOnlySpan<int> indices, ReadOnlySpan<int> jitter)
    {
        var labels = UploadLabels(indices);
        if (_reader is not null) return (Normalize(_reader.Read(indices), indices.Length, jitter), labels);
        var index = _indices.Slice(0, new Shape(indices.Length));
        _device.Upload(indices, index);
        return (Normalize(_pixels, index, jitter), labels);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        foreach (var tensor in new[] { _pixels, _mean, _std, _indices, _jitter, _labels, _images, _prepared, _places })
        {
            if (!tensor.IsNone) tensor.Buffer.Dispose();
        }
    }

    private void Upload()
    {
        int most = Math.Clamp(PartBytes / Data.ImageBytes, 1, Data.Count);
        int[] places = [.. Enumerable.Range(0, Data.Count)];
        using var reader = new BatchReader(Data, most);
        for (int at = 0; at < places.Length; at += most)
        {
            var part = reader.Read(Part(at));
            reader.Begin(Part(at + most));
            var shape = new Shape(Part(at).Length, Data.Channels, Data.Height, Data.Width);
            _device.Upload(part, _pixels.Slice((long)at * Data.ImageBytes, shape));
        }

        ReadOnlySpan<int> Part(int at) => places.AsSpan(Math.Min(at, places.Length))[..Math.Clamp(places.Length - at, 0, most)];
    }

    private Tensor Normalize(ReadOnlySpan<byte> pixels, int b, ReadOnlySpan<int> jitter)
    {
        var prepared = _prepared.Slice(0, new Shape(b, Data.Channels, Data.Height, Data.Width));
        _device.Upload(pixels, prepared);
        return Normalize(prepared, _places.Slice(0, new Shape(b)), jitter);
    }

    private Tensor Normalize(in Tensor pixels, in Tensor index, ReadOnlySpan<int> jitter)
    {
        int b = index.Shape[0];
        Tensor moves = default;
        if (!jitter.IsEmpty)
        {
            moves = _jitter.Slice(0, new Shape(b, 3));
            _device.Upload(jitter, moves);
        }

        var images = _images.Slice(0, new Shape(b, Data.Channels, Data.Height, Data.Width));
        _device.LoadImages(new(pixels, index, moves, _mean, _std, images));
        return images;
    }

    private Tensor UploadLabels(ReadOnlySpan<int> indices)
    {
        int b = indices.Length;
        for (int i = 0; i < b; i++) _hostLabels[i] = Data.Labels[indices[i]];
        var labels = _labels.Slice(0, new Shape(b));
        _device.Upload(_hostLabels.AsSpan(0, b), labels);
        return labels;
    }
}
