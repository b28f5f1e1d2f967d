using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>Tensors on their way into a file.</summary>
internal static class HostCopy
{
    public static float[] Of(Device device, in Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        device.Download(tensor, values);
        return values;
    }

    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }
}
