using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace NeuralBurden.Tests.Interchange;

/// <summary>An exported model in ONNX Runtime.</summary>
internal static class OnnxRun
{
    /// <summary>[B, classes] of normalised images [B, C, H, W]; the session knows C, H and W.</summary>
    public static float[] Logits(InferenceSession session, float[] images)
    {
        int[] shape = session.InputMetadata["images"].Dimensions;
        shape[0] = images.Length / (shape[1] * shape[2] * shape[3]);
        using var output = session.Run([NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(images, shape))]);
        return [.. output.Single().AsTensor<float>()];
    }

    public static float[] Logits(string file, float[] images)
    {
        using var session = new InferenceSession(file);
        return Logits(session, images);
    }
}
