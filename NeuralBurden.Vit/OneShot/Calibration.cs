using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.OneShot;

/// <summary>The Gram matrices X^T X of the inputs of a block's four layers over some images.</summary>
internal sealed class Calibration : IDisposable
{
    private const int Batch = 32;

    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly int _count;

    public Calibration(Device device, ImageDataset images)
    {
        (_device, _count) = (device, images.Count);
        _images = new DeviceImages(device, images, Math.Min(Batch, images.Count), images.Mean, images.Std);
    }

    /// <summary>In the order of <see cref="TransformerBlock.Linears"/>, with the model's weights as they are now.</summary>
    public double[][] Grams(VisionTransformer model, TransformerBlock block, CancellationToken cancellation)
    {
        int[] widths = [.. block.Linears.Select(layer => layer.Weight.Shape[1])];
        Tensor[] sums = [.. widths.Select(n => _device.AllocateTensor(new Shape(n, n), "Gram matrix"))];
        Tensor[] parts = [.. widths.Select(n => _device.AllocateTensor(new Shape(n, n), "part of a Gram matrix"))];
        try
        {
            for (int at = 0; at < _count; at += _images.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                int[] indices = [.. Enumerable.Range(at, Math.Min(_images.Batch, _count - at))];
                model.Forward(_images.Load(indices, []).Images, ModelPass.Evaluation);
                var a = block.Activations;
                Tensor[] inputs = [a.Norm1, a.Attended, a.Norm2, a.Hidden];
                for (int i = 0; i < inputs.Length; i++)
                {
                    _device.Gemm(new(GemmForm.TN, inputs[i], inputs[i], parts[i]));
                    _device.Axpby(new(1, parts[i], 1, sums[i]));
                }
            }

            return [.. sums.Select(Download)];
        }
        finally
        {
            foreach (var tensor in sums.Concat(parts)) tensor.Buffer.Dispose();
        }
    }

    public void Dispose() => _images.Dispose();

    private double[] Download(Tensor gram)
    {
        float[] values = new float[gram.Count];
        _device.Download(gram, values);
        return Array.ConvertAll(values, v => (double)v);
    }
}
