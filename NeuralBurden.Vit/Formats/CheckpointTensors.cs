namespace NeuralBurden.Vit.Formats;

/// <summary>Reads one tensor of a file into managed memory, which the file's length bounds.</summary>
internal static class CheckpointTensors
{
    public static NamedTensor Read(SafetensorsReader reader, string name)
    {
        TensorInfo info = reader.Get(name);
        // Halves become floats.
        int size = info.Dtype is TensorDtype.F16 or TensorDtype.BF16 ? sizeof(float) : info.Dtype.Size();
        if (info.ElementCount > int.MaxValue / size || info.Shape.Any(extent => extent > int.MaxValue))
            throw new CheckpointFormatException(reader.Path, name, $"is {info}; expected less than 2 GiB");
        int[] shape = [.. info.Shape.Select(extent => (int)extent)];
        int count = (int)info.ElementCount;
        switch (info.Dtype)
        {
            case TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16:
                float[] floats = new float[count];
                reader.ReadFloats(name, floats);
                return NamedTensor.Of(name, shape, floats);
            case TensorDtype.F64:
                double[] doubles = new double[count];
                reader.ReadDoubles(name, doubles);
                return NamedTensor.Of(name, shape, doubles);
            case TensorDtype.I32:
                int[] ints = new int[count];
                reader.ReadInt32s(name, ints);
                return NamedTensor.Of(name, shape, ints);
            case TensorDtype.I64:
                long[] longs = new long[count];
                reader.ReadInt64s(name, longs);
                return NamedTensor.Of(name, shape, longs);
            case TensorDtype.U8:
                byte[] bytes = new byte[count];
                reader.ReadBytes(name, bytes);
                return NamedTensor.Of(name, shape, bytes);
            default:
                throw new CheckpointFormatException(
                    reader.Path,
                    name,
                    $"has dtype {info.Dtype.HeaderName()}; expected F32, F64, F16, BF16, I32, I64 or U8");
        }
    }
}
