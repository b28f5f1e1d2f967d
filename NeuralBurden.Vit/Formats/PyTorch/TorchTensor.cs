using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>Copies a tensor out of its storage, row by row; floating-point types become F32.</summary>
internal static class TorchTensor
{
    /// <param name="storage">The bytes of a storage.</param>
    /// <exception cref="CheckpointFormatException">It reaches beyond its storage, or is of a type that no weight has.</exception>
    public static NamedTensor Read(string name, PickleTensor tensor, Func<string, byte[]> storage, string file)
    {
        var dtype = tensor.Storage.Dtype;
        byte[] bytes = storage(tensor.Storage.Key);
        Int128 last = tensor.Offset, count = 1;
        for (int i = 0; i < tensor.Shape.Count; i++)
        {
            count *= tensor.Shape[i];
            last += (Int128)Math.Max(0, tensor.Shape[i] - 1) * tensor.Strides[i];
            if (count > int.MaxValue / sizeof(float))
                throw new CheckpointFormatException(file, name, "has 2 GiB or more");
        }

        // An expanded tensor repeats what it has: no more may come out than the file can hold.
        if (count > 0 && (last + 1) * dtype.Size() > bytes.Length || count * dtype.Size() > bytes.Length)
            throw new CheckpointFormatException(file, name, $"reaches beyond its storage of {bytes.Length} bytes");
        int[] shape = [.. tensor.Shape.Select(n => (int)n)];
        long[] at = Positions(tensor, (int)count);
        return dtype switch
        {
            TensorDtype.F32 => Floats(MemoryMarshal.Cast<byte, float>(bytes), v => v),
            TensorDtype.F64 => Floats(MemoryMarshal.Cast<byte, double>(bytes), v => (float)v),
            TensorDtype.F16 => Floats(MemoryMarshal.Cast<byte, Half>(bytes), v => (float)v),
            TensorDtype.BF16 =>
                Floats(MemoryMarshal.Cast<byte, ushort>(bytes), v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
            TensorDtype.I64 => NamedTensor.Of(name, shape, Gather(MemoryMarshal.Cast<byte, long>(bytes), v => v)),
            TensorDtype.I32 => NamedTensor.Of(name, shape, Gather(MemoryMarshal.Cast<byte, int>(bytes), v => v)),
            TensorDtype.U8 or TensorDtype.I8 or TensorDtype.Bool =>
                NamedTensor.Of(name, shape, Gather<byte, byte>(bytes, v => v)),
            _ => throw new CheckpointFormatException(file, name, $"has dtype {dtype.HeaderName()}, which no weight has"),
        };

        NamedTensor Floats<T>(ReadOnlySpan<T> source, Func<T, float> convert)
        {
            float[] values = Gather(source, convert);
            int odd = Array.FindIndex(values, v => !float.IsFinite(v));
            return odd < 0
                ? NamedTensor.Of(name, shape, values)
                : throw new CheckpointFormatException(file, name, $"holds {values[odd]} at index {odd}; expected finite values");
        }

        TOut[] Gather<T, TOut>(ReadOnlySpan<T> source, Func<T, TOut> convert)
        {
            var values = new TOut[at.Length];
            for (int i = 0; i < values.Length; i++) values[i] = convert(source[(int)at[i]]);
            return values;
        }
    }

    // Of every element, in row-major order.
    private static long[] Positions(PickleTensor tensor, int count)
    {
        long[] at = new long[count];
        long[] index = new long[tensor.Shape.Count];
        long position = tensor.Offset;
        for (int i = 0; i < count; i++)
        {
            at[i] = position;
            for (int d = index.Length - 1; d >= 0; d--)
            {
                position += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d]) break;
                position -= tensor.Strides[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }

        return at;
    }
}
