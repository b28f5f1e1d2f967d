using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Data;

/// <summary>A data set on a device: uploaded once as bytes, normalised and augmented there batch by batch.</summary>
internal sealed class DeviceImages : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _pixels;
    private readonly Tensor _mean;
    private readonly Tensor _std;
    private readonly Tensor _indices;
    private readonly Tensor _jitter;
    private readonly Tensor _labels;
    private readonly Tensor _images;
    private readonly int[] _hostLabels;
    private readonly int[] _allLabels;
    private Tensor _prepared;
    private Tensor _places;

    /// <param name="mean">Of the training split, per channel: the normalisation of both splits.</param>
    /// <param name="std">Likewise.</param>
    public DeviceImages(Device device, ImageDataset data, int batch, IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        (_device, Data, Batch) = (device, data, batch);
        var shape = new Shape(data.Count, data.Channels, data.Height, data.Width);
        _pixels = device.AllocateTensor(shape, $"{data.Name} pixels", ElementType.UInt8);
        device.Upload(data.Pixels, _pixels);
        _mean = device.AllocateTensor(new Shape(data.Channels), "mean");
        _std = device.AllocateTensor(new Shape(data.Channels), "std");
        device.Upload(mean.ToArray().AsSpan(), _mean);
        device.Upload(std.ToArray().AsSpan(), _std);
        _indices = device.AllocateTensor(new Shape(batch), "batch indices", ElementType.Int32);
        _jitter = device.AllocateTensor(new Shape(batch, 3), "batch jitter", ElementType.Int32);
        _labels = device.AllocateTensor(new Shape(batch), "batch labels", ElementType.Int32);
        _images = device.AllocateTensor(new Shape(batch, data.Channels, data.Height, data.Width), "batch images");
        _hostLabels = new int[batch];
        _allLabels = new int[data.Count];
        for (int i = 0; i < _allLabels.Length; i++) _allLabels[i] = data.Labels[i];
    }

    public ImageDataset Data { get; }

    /// <summary>Most images in a batch.</summary>
    public int Batch { get; }

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
    public (Tensor Images, Tensor Labels) LoadPrepared(ReadOnlySpan<int> indices, ReadOnlySpan<byte> pixels)
    {
        int b = indices.Length;
        var labels = UploadLabels(indices);
        var shape = new Shape(b, Data.Channels, Data.Height, Data.Width);
        Tensor prepared = _prepared.Slice(0, shape), images = _images.Slice(0, shape);
        _device.Upload(pixels, prepared);
        _device.LoadImages(new(prepared, _places.Slice(0, new Shape(b)), default, _mean, _std, images));
        return (images, labels);
    }

    /// <summary>
    /// Images [B, C, H, W] and labels int32 [B] of the given indices, B at most <see cref="Batch"/>; valid until the
    /// next call. <paramref name="jitter"/> holds dx, dy, flip per image, or is empty.
    /// </summary>
    public (Tensor Images, Tensor Labels) Load(ReadOnlySpan<int> indices, ReadOnlySpan<int> jitter)
    {
        int b = indices.Length;
        Tensor index = _indices.Slice(0, new Shape(b)), moves = default;
        var labels = UploadLabels(indices);
        _device.Upload(indices, index);
        if (!jitter.IsEmpty)
        {
            moves = _jitter.Slice(0, new Shape(b, 3));
            _device.Upload(jitter, moves);
        }

        var images = _images.Slice(0, new Shape(b, Data.Channels, Data.Height, Data.Width));
        _device.LoadImages(new(_pixels, index, moves, _mean, _std, images));
        return (images, labels);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _pixels, _mean, _std, _indices, _jitter, _labels, _images, _prepared, _places })
        {
            if (!tensor.IsNone) tensor.Buffer.Dispose();
        }
    }

    private Tensor UploadLabels(ReadOnlySpan<int> indices)
    {
        int b = indices.Length;
        for (int i = 0; i < b; i++) _hostLabels[i] = _allLabels[indices[i]];
        var labels = _labels.Slice(0, new Shape(b));
        _device.Upload(_hostLabels.AsSpan(0, b), labels);
        return labels;
    }
}
