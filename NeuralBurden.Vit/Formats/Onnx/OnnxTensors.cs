using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace NeuralBurden.Vit.Formats.Onnx;

/// <summary>Tensors as ONNX stores them.</summary>
internal static class OnnxTensors
{
    public static TensorProto Floats(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Dense(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values));

    public static TensorProto Integers(string name, ReadOnlySpan<int> shape, ReadOnlySpan<long> values) =>
        Dense(name, TensorProto.Types.DataType.Int64, shape, MemoryMarshal.AsBytes(values));

    /// <summary>
    /// The sparse form of a tensor, or null where the dense one is no larger. A kept weight takes 4 bytes and its position
    /// a varint of 1 to 5, so that up to some 55 % of the weights may be kept.
    /// </summary>
    public static SparseTensorProto? Sparse(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        long bytes = 0;
        int kept = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] == 0) continue;
            bytes += sizeof(float) + ((BitOperations.Log2((uint)i | 1) / 7) + 1);
            kept++;
        }

        if (bytes >= sizeof(float) * (long)values.Length) return null;
        float[] left = new float[kept];
        var positions = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64 };
        positions.Dims.Add(kept);
        for (int i = 0, next = 0; i < values.Length; i++)
        {
            if (values[i] == 0) continue;
            left[next++] = values[i];
            // Not raw: eight bytes a position would be more than the weight.
            positions.Int64Data.Add(i);
        }

        var sparse = new SparseTensorProto { Values = Floats(name, [kept], left), Indices = positions };
        foreach (int extent in shape) sparse.Dims.Add(extent);
        return sparse;
    }

    private static TensorProto Dense(
        string name, TensorProto.Types.DataType type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(values) };
        foreach (int extent in shape) tensor.Dims.Add(extent);
        return tensor;
    }
}
