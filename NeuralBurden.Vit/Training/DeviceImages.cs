using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.Training;

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

    /// <summary>
    /// Images [B, C, H, W] and labels int32 [B] of the given indices, B at most <see cref="Batch"/>; valid until the
    /// next call. <paramref name="jitter"/> holds dx, dy, flip per image, or is empty.
    /// </summary>
    public (Tensor Images, Tensor Labels) Load(ReadOnlySpan<int> indices, ReadOnlySpan<int> jitter)
    {
        int b = indices.Length;
        for (int i = 0; i < b; i++) _hostLabels[i] = _allLabels[indices[i]];
        Tensor index = _indices.Slice(0, new Shape(b)), labels = _labels.Slice(0, new Shape(b)), moves = default;
        _device.Upload(indices, index);
        _device.Upload(_hostLabels.AsSpan(0, b), labels);
        if (!jitter.IsEmpty)
        {
            moves = _jitter.Slice(0, new Shape(b, 3));
            _device.Upload(jitter, moves);
        }

        var images = _images.Slice(0, new Shape(b, Data.Channels, Data.Height, Data.Width));
        _device.LoadImages(_pixels, index, moves, _mean, _std, images);
        return (images, labels);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _pixels, _mean, _std, _indices, _jitter, _labels, _images }) tensor.Buffer.Dispose();
    }
}
