using System.Buffers.Binary;
using System.Text;

namespace NeuralBurden.Tests.Formats;

/// <summary>Safetensors files put together by hand, so that the reader is tested on what the writer would
/// never write.</summary>
internal static class RawSafetensors
{
    public static byte[] Of(string json, int dataBytes) =>
        Of(Encoding.UTF8.GetBytes(json), new byte[dataBytes]);

    public static byte[] Of(ReadOnlySpan<byte> json, ReadOnlySpan<byte> data)
    {
        byte[] file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + json.Length));
        return file;
    }

    public static string Tensor(string name, string dtype, string shape, string offsets) =>
        $$$"""{"{{{name}}}":{"dtype":"{{{dtype}}}","shape":[{{{shape}}}],"data_offsets":[{{{offsets}}}]}}""";
}
