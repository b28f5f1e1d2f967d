using System.Diagnostics;
using System.Text;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Formats;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_equal_those_that_the_python_library_writes()
    {
        // huggingface/safetensors, bindings/python/tests/test_simple.py, test_serialization.
        const string header = """@       {"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}    """;
        byte[] expected = [.. Encoding.UTF8.GetBytes(header), .. new byte[12], 1, 0, 0, 0];
        expected.AsSpan(1, 7).Clear();

        SafetensorsWriter.Write(Written, [NamedTensor.Of("test", [2, 2], new[] { 0, 0, 0, 1 })]);

        Assert.Equal(expected, File.ReadAllBytes(Written));
    }

    [Fact]
    public void Every_type_comes_back_with_its_shape_and_metadata()
    {
        var metadata = new Dictionary<string, string> { ["step"] = "12", ["ü \"x\""] = "\n" };
        SafetensorsWriter.Write(Written, Sample(), metadata);

        using SafetensorsReader reader = SafetensorsReader.Open(Written);
        float[] floats = new float[6];
        double[] doubles = new double[1];
        int[] ints = new int[2];
        long[] longs = new long[1];
        byte[] bytes = new byte[3];
        reader.ReadFloats("blocks.0.attn.qkv.weight", floats);
        reader.ReadDoubles("scalar", doubles);
        reader.ReadInt32s("i", ints);
        reader.ReadInt64s("l", longs);
        reader.ReadBytes("mask.b", bytes);

        Assert.Equal([1f, -2f, 3.5f, 0f, float.MaxValue, -0f], floats);
        Assert.Equal([Math.PI], doubles);
        Assert.Equal([int.MinValue, 7], ints);
        Assert.Equal([long.MaxValue], longs);
        Assert.Equal([1, 2, 255], bytes);
        Assert.Equal([2, 3], reader.Get("blocks.0.attn.qkv.weight").Shape);
        Assert.Empty(reader.Get("scalar").Shape);
        Assert.Equal(0, reader.Get("empty").ElementCount);
        Assert.Equal("12", reader.Metadata["step"]);
        Assert.Equal("\n", reader.Metadata["ü \"x\""]);
        Assert.Equal(["blocks.0.attn.qkv.weight", "empty", "h", "i", "l", "mask.b", "scalar"], reader.Names);
    }

    [Fact]
    public void Order_of_adding_does_not_change_the_bytes()
    {
        var metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };
        SafetensorsWriter.Write(Written, Sample(), metadata);
        byte[] first = File.ReadAllBytes(Written);

        metadata = metadata.Reverse().ToDictionary(pair => pair.Key, pair => pair.Value);
        SafetensorsWriter.Write(Written, Sample().Reverse(), metadata);

        Assert.Equal(first, File.ReadAllBytes(Written));
    }

    [Fact]
    public void Data_of_every_tensor_is_aligned_to_its_element()
    {
        SafetensorsWriter.Write(Written, Sample(), new Dictionary<string, string> { ["odd"] = "length" });

        using SafetensorsReader reader = SafetensorsReader.Open(Written);
        Assert.All(reader.Names.Select(reader.Get), info => Assert.Equal(0, info.Offset % info.Dtype.Size()));
    }

    [Fact]
    public void Half_and_bfloat16_and_double_are_read_as_floats()
    {
        byte[] data =
        [
            .. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-4.0),
            .. BitConverter.GetBytes((Half)1.5f), .. BitConverter.GetBytes(Half.MinValue),
            0x80, 0x3F, 0x20, 0xC0,
        ];
        string json = "{"
            + RawSafetensors.Tensor("d", "F64", "2", "0,16")[1..^1] + ","
            + RawSafetensors.Tensor("h", "F16", "2", "16,20")[1..^1] + ","
            + RawSafetensors.Tensor("b", "BF16", "2", "20,24")[1..^1] + "}";
        string path = _folder.File("types", RawSafetensors.Of(Encoding.UTF8.GetBytes(json), data));
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        float[] values = new float[2];

        reader.ReadFloats("d", values);
        Assert.Equal([0.1f, -4f], values);
        reader.ReadFloats("h", values);
        Assert.Equal([1.5f, -65504f], values);
        reader.ReadFloats("b", values);
        Assert.Equal([1f, -2.5f], values);
    }

    [Fact]
    public void Conversion_covers_tensors_longer_than_its_window()
    {
        double[] values = [.. Enumerable.Range(0, 20_001).Select(i => i / 8.0)];
        SafetensorsWriter.Write(Written, [NamedTensor.Of("d", [3, 6667], values)]);
        float[] read = new float[values.Length];

        using SafetensorsReader reader = SafetensorsReader.Open(Written);
        reader.ReadFloats("d", read);

        Assert.Equal(values.Select(v => (float)v), read);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite_are_refused_on_request_only(float bad)
    {
        SafetensorsWriter.Write(Written, [NamedTensor.Of("w", [3], new[] { 1f, bad, 2f })]);
        float[] values = new float[3];

        using (SafetensorsReader lenient = SafetensorsReader.Open(Written))
            lenient.ReadFloats("w", values);
        Assert.Equal(bad, values[1]);

        using SafetensorsReader strict = SafetensorsReader.Open(Written, rejectNonFinite: true);
        var error = Assert.Throws<CheckpointFormatException>(() => strict.ReadFloats("w", new float[3]));
        Assert.Equal("w", error.Field);
        Assert.Contains("index 1", error.Message);
    }

    [Fact]
    public void Wrong_request_names_the_tensor_and_both_sides()
    {
        SafetensorsWriter.Write(Written, Sample());
        using SafetensorsReader reader = SafetensorsReader.Open(Written);

        Assert.Contains("missing", Refused(() => reader.ReadFloats("nope", []), "nope"));
        const string weight = "blocks.0.attn.qkv.weight";
        Assert.Contains("expected 5", Refused(() => reader.ReadFloats(weight, new float[5]), weight));
        Assert.Contains("I32", Refused(() => reader.ReadFloats("i", new float[2]), "i"));
        Assert.Contains("expected I64", Refused(() => reader.ReadInt64s("i", new long[2]), "i"));
    }

    [Fact]
    public void Writer_refuses_repeated_and_reserved_names_and_wrong_shapes()
    {
        NamedTensor tensor = NamedTensor.Of("a", [1], new float[1]);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Written, [tensor, tensor]));
        Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Write(Written, [NamedTensor.Of("__metadata__", [1], new float[1])]));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of("a", [2, 3], new float[5]));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of("a", [-1, -5], new float[5]));
        Assert.False(File.Exists(Written));
    }

    [SkippableFact]
    public void A_reader_in_python_finds_the_same_values()
    {
        SafetensorsWriter.Write(Written, Sample(), new Dictionary<string, string> { ["step"] = "12" });
        const string script = """
            import json, struct, sys
            raw = open(sys.argv[1], 'rb').read()
            n, = struct.unpack('<Q', raw[:8])
            header = json.loads(raw[8:8 + n])
            print(header.pop('__metadata__')['step'])
            for name in sorted(header):
                begin, end = header[name]['data_offsets']
                kinds = {'F32': 'f', 'F64': 'd', 'I32': 'i', 'I64': 'q', 'U8': 'B', 'F16': 'e'}
                kind = kinds[header[name]['dtype']]
                data = raw[8 + n + begin:8 + n + end]
                print(name, *struct.unpack('<%d%s' % (len(data) // struct.calcsize(kind), kind), data))
            """;

        string[] lines = Python(script, Written).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            [
                "12",
                "blocks.0.attn.qkv.weight 1.0 -2.0 3.5 0.0 3.4028234663852886e+38 -0.0",
                "empty",
                "h 0.5",
                "i -2147483648 7",
                "l 9223372036854775807",
                "mask.b 1 2 255",
                "scalar 3.141592653589793",
            ],
            lines.Select(line => line.TrimEnd()));
    }

    private string Written => _folder.File("written.safetensors");

    private static NamedTensor[] Sample() =>
    [
        NamedTensor.Of("mask.b", [3], new byte[] { 1, 2, 255 }),
        NamedTensor.Of("blocks.0.attn.qkv.weight", [2, 3], new[] { 1f, -2f, 3.5f, 0f, float.MaxValue, -0f }),
        NamedTensor.Of("scalar", [], new[] { Math.PI }),
        NamedTensor.Of("h", [1], new[] { (Half)0.5f }),
        NamedTensor.Of("i", [2, 1], new[] { int.MinValue, 7 }),
        NamedTensor.Of("l", [1, 1, 1], new[] { long.MaxValue }),
        NamedTensor.Of("empty", [0, 5], Array.Empty<float>()),
    ];

    private static string Refused(Action read, string field)
    {
        var error = Assert.Throws<CheckpointFormatException>(read);
        Assert.Equal(field, error.Field);
        Assert.EndsWith("written.safetensors", error.File);
        return error.Message;
    }

    private static string Python(string script, string argument)
    {
        Process? process = null;
        try
        {
            process = Process.Start(
                new ProcessStartInfo("python3", ["-c", script, argument]) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "python3 is not installed");
        }
        using (process)
        {
            string output = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output.Replace("\r", "");
        }
    }
}
